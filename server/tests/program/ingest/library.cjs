// Segment's library for Node says six things and one about nobody in particular.
// node library.cjs FOLDER_OF_PACKAGES URL KEY
const { createRequire } = require('node:module')
const [folder, host, writeKey] = process.argv.slice(2)
const { Analytics } = createRequire(`${folder}/`)('@segment/analytics-node')

const analytics = new Analytics({ writeKey, host, flushAt: 100 })
analytics.on('error', error => {
  console.error(error)
  process.exitCode = 1
})
analytics.track({ anonymousId: 'visitor', event: 'Visited' })
analytics.identify({ userId: 'ada', traits: { firstName: 'Ada', email: 'ada@example.org' } })
analytics.group({ userId: 'ada', groupId: 'g-1', traits: { name: 'Engines' } })
analytics.track({ userId: 'ada', event: 'Order Placed', properties: { total: 12.5 } })
analytics.page({ userId: 'ada', name: 'Home', category: 'Shop', properties: { path: '/' } })
analytics.screen({ userId: 'ada', name: 'Cart' })
analytics.alias({ userId: 'ada', previousId: 'visitor' })
analytics.closeAndFlush({ timeout: 30000 })
