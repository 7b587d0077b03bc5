internal import Foundation

/// A value of JSON.
indirect enum JSONTree: Sendable, Equatable, Decodable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
    case array([JSONTree])
    case object([String: JSONTree])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONTree].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONTree].self))
        }
    }

    /// Nil for what is no JSON.
    init?(_ text: String) {
        guard let tree = try? JSONDecoder().decode(JSONTree.self, from: Data(text.utf8)) else { return nil }
        self = tree
    }

    /// Reads the whole text, or its last line that is JSON, since programs say other things as well.
    init?(lastOf text: String) {
        if let whole = JSONTree(text) {
            self = whole
            return
        }
        for line in text.split(whereSeparator: \.isNewline).reversed() {
            guard let tree = JSONTree(String(line)) else { continue }
            self = tree
            return
        }
        return nil
    }
}
