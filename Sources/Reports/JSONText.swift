internal import FlashSale

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Records as pretty-printed JSON with sorted keys in snake case.
///
/// Numbers that JSON cannot hold are the texts `nan`, `infinity` and `-infinity`, both ways: one of them
/// must not cost the results of a whole run.
package enum JSONText {
    private static let (infinity, negativeInfinity, nan) = ("infinity", "-infinity", "nan")

    /// Appends a value and a line break. A value that cannot be encoded becomes an object that says why.
    package static func append<Sink: ByteSink & ~Copyable>(_ value: some Encodable, to sink: inout Sink) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: infinity, negativeInfinity: negativeInfinity, nan: nan)
        do {
            sink.append(escaped([UInt8](try encoder.encode(value))))
        } catch {
            let problem = ["problem": "this cannot be written as JSON: \(error)"]
            sink.append((try? encoder.encode(problem)).map { escaped([UInt8]($0)) } ?? Array("{}".utf8))
        }
        sink.append("\n")
    }

    /// The same JSON, in which each character that ``FlashSale/ForeignText`` hides is an escape: the value is the true one, and
    /// whoever looks at it on a terminal is safe. The encoder itself escapes those below the blank only.
    private static func escaped(_ json: [UInt8]) -> [UInt8] {
        guard json.contains(where: { $0 >= 0x7F }) else { return json }
        var result: [UInt8] = []
        result.reserveCapacity(json.count)
        for scalar in String(decoding: json, as: UTF8.self).unicodeScalars {
            if scalar.value < 0x7F || !ForeignText.isHidden(scalar) {
                result += UTF8.encode(scalar)!
                continue
            }
            for unit in UTF16.encode(scalar)! {
                let digits = String(unit, radix: 16)
                result += Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
            }
        }
        return result
    }

    /// Reads what ``append(_:to:)`` wrote. Keys that the type does not know are ignored.
    ///
    /// - Throws: `DecodingError`.
    package static func value<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: infinity, negativeInfinity: negativeInfinity, nan: nan)
        return try decoder.decode(type, from: Data(bytes))
    }
}
