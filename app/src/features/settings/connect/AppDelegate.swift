// AppDelegate.swift: in the app. With SwiftUI, name it by @UIApplicationDelegateAdaptor.
// The target needs the capability Push Notifications.

import UIKit
import UserNotifications

final class AppDelegate: NSObject, UIApplicationDelegate, UNUserNotificationCenterDelegate {
    /// Your own identifier of who is signed in.
    var contact: String? {
        didSet { UIApplication.shared.registerForRemoteNotifications() }
    }

    /// This installation's own name, kept for as long as the app is.
    static let device: String = {
        let kept = UserDefaults.standard.string(forKey: "carillon.device")
        let device = kept ?? UUID().uuidString.lowercased()
        UserDefaults.standard.set(device, forKey: "carillon.device")
        return device
    }()

    func application(
        _ application: UIApplication,
        didFinishLaunchingWithOptions options: [UIApplication.LaunchOptionsKey: Any]? = nil
    ) -> Bool {
        let center = UNUserNotificationCenter.current()
        center.delegate = self
        // The titles of buttons are the app's: enter the same under What the app can show.
        center.setNotificationCategories([
{categories}
        ])
        // Tokens change, and permission is taken back: register at each start.
        application.registerForRemoteNotifications()
        return true
    }

    /// Asks for permission. iOS asks once: do it when the person has just done something
    /// that a push will follow up, such as an order, and say before what it will be.
    func askForPermission() async {
        let center = UNUserNotificationCenter.current()
        _ = try? await center.requestAuthorization(options: [.alert, .badge, .sound])
        UIApplication.shared.registerForRemoteNotifications()
    }

    func application(
        _ application: UIApplication,
        didRegisterForRemoteNotificationsWithDeviceToken token: Data
    ) {
        guard let contact else { return }
        Task { try? await Carillon.register(contact: contact, device: Self.device, token: token) }
    }

    func application(
        _ application: UIApplication,
        didFailToRegisterForRemoteNotificationsWithError error: Error
    ) {
        print("APNs gave no token:", error.localizedDescription)
    }

    /// A push came while the app is open: without this it would not be shown.
    func userNotificationCenter(
        _ center: UNUserNotificationCenter,
        willPresent notification: UNNotification
    ) async -> UNNotificationPresentationOptions {
        let id = notification.request.content.userInfo["carillon_id"] as? String
        Task { await Carillon.report("displayed", of: id) }
        return [.banner, .list, .sound, .badge]
    }

    /// A tap on the notification, on a button, or a reply.
    func userNotificationCenter(
        _ center: UNUserNotificationCenter,
        didReceive response: UNNotificationResponse
    ) async {
        let sent = response.notification.request.content.userInfo
        let id = sent["carillon_id"] as? String
        var link = sent["link"] as? String
        switch response.actionIdentifier {
        case UNNotificationDefaultActionIdentifier:
            await Carillon.report("opened", of: id)
        case UNNotificationDismissActionIdentifier:
            return
        default:
            // An action's identifier is its place, as set above.
            let buttons = sent["buttons"] as? [[String: Any]] ?? []
            let place = Int(response.actionIdentifier) ?? -1
            let button = buttons.indices.contains(place) ? buttons[place] : [:]
            let reply = (response as? UNTextInputNotificationResponse)?.userText
            let action = button["id"] as? String ?? response.actionIdentifier
            await Carillon.report("action", of: id, action: action, reply: reply)
            // Quick replies and typed ones answer, and open nothing.
            link = button["kind"] == nil ? button["link"] as? String ?? link : nil
        }
        if let link, let url = URL(string: link) {
            await UIApplication.shared.open(url)
        }
    }
}
