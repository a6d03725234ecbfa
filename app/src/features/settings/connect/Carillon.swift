// Carillon.swift: a member of the app's target and of the extension's.

import Foundation
import UserNotifications

enum Carillon {
    static let server = "{server}"
    static let app = "{app}"
    /// An API key with the scope "ingest" alone.
    static let key = "{key}"

    /// Registers this installation for a contact. Doing it again changes nothing.
    static func register(contact: String, device: String, token: Data) async throws {
        let settings = await UNUserNotificationCenter.current().notificationSettings()
        let permission = switch settings.authorizationStatus {
        case .authorized: "granted"
        case .provisional: "provisional"
        case .denied: "denied"
        default: "unknown"
        }
        try await send("PUT", "/contacts/\(segment(contact))/devices/\(segment(device))", [
            "app": app,
            "channel": "apns",
            "token": token.map { String(format: "%02x", $0) }.joined(),
            "os_permission": permission,
            "locale": Locale.current.identifier(.bcp47),
            "time_zone": TimeZone.current.identifier,
        ])
    }

    /// Takes this installation from the contact who signs out. The contact's other
    /// devices stay.
    static func signOut(contact: String, device: String) async throws {
        let path = "/contacts/\(segment(contact))/devices/\(segment(device))"
        try await send("DELETE", "\(path)?app=\(app)", nil)
    }

    /// Tells what became of a push: "displayed", "opened" or "action".
    static func report(_ kind: String, of id: String?, action: String? = nil, reply: String? = nil) async {
        guard let id else { return }
        var report = ["carillon_id": id, "kind": kind, "at": Date.now.ISO8601Format()]
        report["action"] = action
        report["reply"] = reply
        try? await send("POST", "/reports", report)
    }

    private static func send(_ method: String, _ path: String, _ body: [String: String]?) async throws {
        guard let url = URL(string: "\(server)/api/v1\(path)") else { throw URLError(.badURL) }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization")
        if let body {
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = try JSONSerialization.data(withJSONObject: body)
        }
        let (data, response) = try await URLSession.shared.data(for: request)
        guard let answer = response as? HTTPURLResponse, answer.statusCode < 300 else {
            // The answer names the field that is wrong.
            print("Carillon:", String(decoding: data, as: UTF8.self))
            throw URLError(.badServerResponse)
        }
    }

    private static func segment(_ text: String) -> String {
        let safe = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
        return text.addingPercentEncoding(withAllowedCharacters: safe) ?? text
    }
}
