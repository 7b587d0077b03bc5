import Foundation
import Testing

/// A strategy file under examples, and what its comment says of it.
struct ExampleStrategy: CustomTestStringConvertible, Sendable {
    enum Verdict: Equatable, Sendable {
        case upheld
        /// The check that finds what is broken.
        case violated(by: String)

        var exitCode: Int32 { self == .upheld ? 0 : 1 }

        /// - Parameter words: `upheld`, or `violated, by` and the name of a check.
        init?(_ words: Substring) {
            if words == "upheld" {
                self = .upheld
            } else if words.hasPrefix("violated, by "), !words.hasSuffix(" ") {
                self = .violated(by: String(words.dropFirst("violated, by ".count)))
            } else {
                return nil
            }
        }
    }

    /// Where it lies.
    var folder: String
    /// Without `.yaml`.
    var name: String
    /// The comment that it starts with, line by line, without the signs.
    var comment: [Substring]
    /// What a run of it needs beside its name.
    var flags: [String]
    /// As its comment says; nil where it does not say it, or not as it should.
    var verdict: Verdict?

    var path: String { "\(folder)/\(name).yaml" }
    var testDescription: String { name }

    static let folder = examples.appending(path: "strategies").path
    static let examples =
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../examples").standardized

    /// Every one that lies in `examples/strategies`.
    static let all = files(in: folder)

    /// Every one that lies in a folder, by name.
    static func files(in folder: String) -> [ExampleStrategy] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted().map {
            ExampleStrategy(folder: folder, name: String($0.dropLast(5)))
        }
    }

    private init(folder: String, name: String) {
        self.folder = folder
        self.name = name
        let text = (try? String(contentsOfFile: "\(folder)/\(name).yaml", encoding: .utf8)) ?? ""
        comment = text.split(separator: "\n").prefix { $0.hasPrefix("# ") }.map { $0.dropFirst(2) }
        let needs = "Flags: "
        flags =
            comment.first { $0.hasPrefix(needs) }.map {
                $0.dropFirst(needs.count).split(separator: " ").map(String.init)
            } ?? []
        let prefix = "Verdict: "
        verdict = comment.last.flatMap { $0.hasPrefix(prefix) ? Verdict($0.dropFirst(prefix.count)) : nil }
    }
}
