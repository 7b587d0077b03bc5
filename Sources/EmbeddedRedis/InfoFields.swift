internal import Strategies

/// What a server answers to INFO and CLUSTER INFO: a line for each field.
struct InfoFields {
    private var fields: [String: String] = [:]

    /// Nothing where it answered something else, such as an error.
    init(_ reply: borrowing Reply) {
        guard reply.kind == .string else { return }
        for line in reply.string().split(whereSeparator: \.isNewline) {
            let pair = line.split(separator: ":", maxSplits: 1)
            if pair.count == 2 { fields[String(pair[0])] = String(pair[1]) }
        }
    }

    subscript(_ name: String) -> String? { fields[name] }

    /// Values of `slave0`, `slave1` and so on.
    var replicas: [String] {
        fields.filter { $0.key.hasPrefix("slave") && $0.key.dropFirst(5).allSatisfy(\.isNumber) }.map(\.value)
    }
}
