// CarillonMessaging.kt: Firebase's part. Gradle: com.google.firebase:firebase-messaging.
// Manifest:
//   <service android:name=".CarillonMessaging" android:exported="false">
//     <intent-filter>
//       <action android:name="com.google.firebase.MESSAGING_EVENT"/>
//     </intent-filter>
//   </service>

import com.google.firebase.messaging.FirebaseMessagingService
import com.google.firebase.messaging.RemoteMessage

class CarillonMessaging : FirebaseMessagingService() {
    /** Firebase changes the token when it likes. */
    override fun onNewToken(token: String) {
        val contact = Carillon.contact(this) ?: return
        Carillon.register(this, contact, "fcm", token)
    }

    /** Pushes that the app draws, and every push while the app is open. */
    override fun onMessageReceived(message: RemoteMessage) {
        val data = message.data.toMutableMap()
        message.notification?.let { shown ->
            shown.title?.let { data.putIfAbsent("title", it) }
            shown.body?.let { data.putIfAbsent("body", it) }
            shown.imageUrl?.let { data.putIfAbsent("image", it.toString()) }
            shown.tag?.let { data.putIfAbsent("tag", it) }
        }
        Carillon.show(this, data, MainActivity::class.java)
    }
}
