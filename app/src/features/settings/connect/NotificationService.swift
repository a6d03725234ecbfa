// NotificationService.swift: File, New, Target, Notification Service Extension.
// iOS starts it for pushes with an image, and shows the image that it attaches.

import UserNotifications

final class NotificationService: UNNotificationServiceExtension {
    private var show: ((UNNotificationContent) -> Void)?
    private var content = UNMutableNotificationContent()

    override func didReceive(
        _ request: UNNotificationRequest,
        withContentHandler show: @escaping (UNNotificationContent) -> Void
    ) {
        self.show = show
        content = request.content.mutableCopy() as? UNMutableNotificationContent ?? content
        let id = content.userInfo["carillon_id"] as? String
        let image = (content.userInfo["image"] as? String).flatMap(URL.init)
        Task {
            if let image, let attachment = await Self.fetch(image) {
                content.attachments = [attachment]
            }
            await Carillon.report("displayed", of: id)
            finish()
        }
    }

    /// Time is up: what there is, is shown.
    override func serviceExtensionTimeWillExpire() {
        finish()
    }

    private func finish() {
        show?(content)
        show = nil
    }

    private static func fetch(_ url: URL) async -> UNNotificationAttachment? {
        guard let (file, response) = try? await URLSession.shared.download(from: url) else {
            return nil
        }
        // The kind of image is told by the file's name.
        let named = response.suggestedFilename ?? url.lastPathComponent
        let place = FileManager.default.temporaryDirectory
            .appendingPathComponent("\(UUID().uuidString)-\(named)")
        guard (try? FileManager.default.moveItem(at: file, to: place)) != nil else { return nil }
        return try? UNNotificationAttachment(identifier: "image", url: place)
    }
}
