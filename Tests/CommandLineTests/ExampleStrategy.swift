import Foundation
import Testing

/// A strategy file under examples/strategies, and what its comment says of it.
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

    /// Without `.yaml`.
    var name: String
    /// The comment that it starts with, line by line, without the signs.
    var comment: [Substring]
    /// As its comment says; nil where it does not say it, or not as it should.
    var verdict: Verdict?

    var path: String { "\(Self.folder)/\(name).yaml" }
    var testDescription: String { name }

    static let folder = examples.appending(path: "strategies").path
    static let examples =
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../examples").standardized

    /// Every one that lies in the folder.
    static let all: [ExampleStrategy] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted().map { ExampleStrategy(name: String($0.dropLast(5))) }
    }()

    private init(name: String) {
        self.name = name
        let text = (try? String(contentsOfFile: "\(Self.folder)/\(name).yaml", encoding: .utf8)) ?? ""
        comment = text.split(separator: "\n").prefix { $0.hasPrefix("# ") }.map { $0.dropFirst(2) }
        let prefix = "Verdict: "
        verdict = comment.last.flatMap { $0.hasPrefix(prefix) ? Verdict($0.dropFirst(prefix.count)) : nil }
    }
}
