internal import FlashSale
internal import Foundation
internal import Recordings

/// A small file that keeps how a log is read: what the flags of the same names say.
struct LogMapFile: Codable, Equatable {
    var from: String?
    var map: String?
    var outcomes: String?
    var filter: String?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case from
        case map
        case outcomes
        case filter = "where"
    }

    /// Bytes that it may have.
    private static let limit = 256 << 10

    /// - Throws: ``RunError`` (usage).
    static func read(_ path: String) throws(RunError) -> LogMapFile {
        let bytes: [UInt8]
        do throws(InputProblem) { bytes = try SmallInput.bytes(of: path, limit: limit) } catch {
            throw RunError(.usage, "--map-file \(path) \(error.reason)")
        }
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
        return file
    }

    /// A file that was there is replaced.
    ///
    /// - Throws: ``RunError`` with 73.
    func write(to path: String) throws(RunError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try (encoder.encode(self) + Data("\n".utf8)).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw RunError(
                .cannotCreate, "--save-map \(path) cannot be written: \((error as NSError).localizedDescription)")
        }
    }
}
