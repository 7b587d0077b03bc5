package import FlashSale
internal import Foundation

/// A small file that keeps how a log is read: what the flags of the same names say.
package struct LogMapFile: Codable, Equatable, Sendable {
    package var from: String?
    package var map: String?
    package var outcomes: String?
    package var filter: String?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case from
        case map
        case outcomes
        case filter = "where"
    }

    /// Bytes that it may have.
    private static let limit = 256 << 10

    package init(from: String?, map: String?, outcomes: String?, filter: String?) {
        self.from = from
        self.map = map
        self.outcomes = outcomes
        self.filter = filter
    }

    /// - Throws: ``RunError`` (usage).
    package static func read(_ path: String) throws(RunError) -> LogMapFile {
        let bytes: [UInt8]
        do throws(InputProblem) { bytes = try SmallInput.bytes(of: path, limit: limit) } catch {
            throw RunError(.usage, "--map-file \(path) \(error.reason)")
        }
        return try LogMapFile(bytes, of: path)
    }

    /// - Parameters:
    ///   - bytes: what the file holds.
    ///   - path: what it is called in messages.
    /// - Throws: ``RunError`` (usage).
    package init(_ bytes: [UInt8], of path: String) throws(RunError) {
        let advice = "an object with the texts from, map, outcomes and where is wanted, as --save-map writes it"
        guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            throw RunError(.usage, "--map-file \(path) is no JSON object; \(advice)")
        }
        let known = CodingKeys.allCases.map(\.rawValue)
        for (key, value) in object.sorted(by: { $0.key < $1.key }) {
            guard known.contains(key) else {
                let near = NearestNames.of(key, among: known).first
                throw RunError(
                    .usage,
                    "--map-file \(path) has \(UnitText.shown(key)), which nobody knows; \(near.map { "did you mean \($0)?" } ?? advice)"
                )
            }
            guard value is String else { throw RunError(.usage, "--map-file \(path): \(key) is no text; \(advice)") }
        }
        guard let file = try? JSONDecoder().decode(LogMapFile.self, from: Data(bytes)), !object.isEmpty else {
            throw RunError(.usage, "--map-file \(path) says nothing; \(advice)")
        }
        self = file
    }

    /// A file that was there is replaced.
    ///
    /// - Throws: ``RunError`` with 73.
    package func write(to path: String) throws(RunError) {
        do { try contents.write(to: URL(filePath: path), options: .atomic) } catch {
            throw RunError(
                .cannotCreate, "--save-map \(path) cannot be written: \((error as NSError).localizedDescription)")
        }
    }

    /// What the file holds.
    package var bytes: [UInt8] { Array((try? contents) ?? Data()) }

    private var contents: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(self) + Data("\n".utf8)
        }
    }
}
