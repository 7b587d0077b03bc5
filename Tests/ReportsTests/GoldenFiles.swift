import Foundation

/// Texts as they once were, which nobody changes by accident. `STRESS_RECORD_GOLDEN=1` writes them anew.
enum GoldenFiles {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    /// What the file holds; `text` itself after having written it, where texts are recorded.
    static func expected(_ name: String, for text: String) throws -> String {
        let file = folder.appending(path: name)
        if ProcessInfo.processInfo.environment["STRESS_RECORD_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }
}
