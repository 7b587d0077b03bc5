internal import FlashSale
internal import Strategies

/// Turns the reply to a file's `units:` into the names of the units that are for sale.
enum UnitListReading {
    /// - Parameters:
    ///   - units: that the sale opens with; so many names are wanted.
    ///   - shown: how a reply is shown in a message.
    /// - Throws: ``RunError`` with 64 if there are more or fewer, or something is no name.
    static func names(
        _ reply: Reply, units: Int, place: String, shown: (Reply) -> String
    ) throws(RunError) -> [String] {
        guard reply.kind == .array, reply.nodes.count == reply.elementCount() + 1 else {
            throw RunError(
                .usage,
                "\(place): units: should list the names of the units that are for sale; found \(reply.kind == .array ? "a list of lists" : shown(reply))"
            )
        }
        guard reply.elementCount() == units else {
            throw RunError(
                .usage,
                "\(place): after open, units: should list a name for each of the \(units.counted("unit")) of the sale; it lists \(reply.elementCount().grouped)"
            )
        }
        var names: [String] = []
        names.reserveCapacity(units)
        for node in (Reply.root + 1)..<reply.nodes.count {
            if reply.kind(at: node) == .integer {
                names.append(String(reply.nodes[node].integer))
                continue
            }
            let bytes = reply.bytes(at: node)
            guard reply.kind(at: node) == .string || reply.kind(at: node) == .status, !bytes.isEmpty,
                bytes.count <= UnitText.nameLimit, let name = String(validating: bytes, as: UTF8.self)
            else {
                throw RunError(
                    .usage,
                    "\(place): units: a unit's name is a text of 1 to \(UnitText.nameLimit) bytes in UTF-8; one that it lists has \(bytes.count.counted("byte"))"
                )
            }
            names.append(name)
        }
        return names
    }
}
