/// Why a `run.json` cannot be read.
package struct RunJSONDamage: Error, Equatable, CustomStringConvertible {
    package var reason: String

    package var description: String { reason }

    package init(_ reason: String) { self.reason = reason }

    init(_ error: any Error) {
        guard let error = error as? DecodingError else {
            reason = "\(error)"
            return
        }
        reason =
            switch error {
            case .keyNotFound(let key, let context):
                "\(Self.name(context.codingPath + [key])) is missing"
            case .valueNotFound(_, let context):
                "\(Self.name(context.codingPath)) is null"
            case .typeMismatch(let type, let context):
                "\(Self.name(context.codingPath)) is no \(Self.kind(type))"
            case .dataCorrupted(let context):
                context.codingPath.isEmpty
                    ? "it is not JSON" : "\(Self.name(context.codingPath)): \(context.debugDescription)"
            @unknown default:
                "\(error)"
            }
    }

    /// The path as it stands in the file: `checks[0].name`, `latency_us.attempt`.
    private static func name(_ path: [any CodingKey]) -> String {
        var name = ""
        for key in path {
            if let index = key.intValue {
                name += "[\(index)]"
            } else {
                name += (name.isEmpty ? "" : ".") + snakeCase(key.stringValue)
            }
        }
        return name.isEmpty ? "the whole file" : name
    }

    private static func snakeCase(_ key: String) -> String {
        key.reduce(into: "") { name, character in
            name += character.isUppercase ? "_" + character.lowercased() : String(character)
        }
    }

    private static func kind(_ type: any Any.Type) -> String {
        switch type {
        case is Int.Type, is Int32.Type, is UInt64.Type: "whole number"
        case is Double.Type: "number"
        case is String.Type: "text"
        case is Bool.Type: "true or false"
        case is [Any].Type: "list"
        default: "object"
        }
    }
}
