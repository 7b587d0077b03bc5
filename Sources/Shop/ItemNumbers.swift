internal import FlashSale
internal import RedisDriver
internal import Stores
internal import Strategies

/// An answer that has a number for each item, beside its name.
struct ItemNumbers {
    /// What stands beside the names; nil for NULL, and for what is no number.
    private var numbers: [String: Int?] = [:]
    /// Names that are there more than once.
    private var twice: Set<String> = []

    /// Names and numbers in turns, as HGETALL gives them, or pairs of them. Nil for anything else.
    ///
    /// - Parameter root: of the answer, where it is a part of another one.
    init?(_ reply: borrowing Reply, at root: Int = Reply.root) {
        guard reply.kind(at: root) == .array else { return nil }
        let count = reply.elementCount(at: root)
        let end = reply.end(of: root)
        if end == root + count + 1 {
            guard count.isMultiple(of: 2) else { return nil }
            for node in stride(from: root + 1, to: end, by: 2) {
                add(reply.string(at: node), reply.integer(at: node + 1))
            }
            return
        }
        var node = root + 1
        for _ in 0..<count {
            guard reply.kind(at: node) == .array, reply.elementCount(at: node) == 2 else { return nil }
            add(reply.string(at: node + 1), reply.integer(at: node + 2))
            node = reply.end(of: node)
        }
    }

    /// Rows of a name and a number. Nil for rows of anything else.
    init?(_ table: StoreTable) {
        guard table.columnCount == 2 || table.rowCount == 0 else { return nil }
        for row in 0..<table.rowCount {
            let name = table.cell(row, 0).map { String(decoding: $0, as: UTF8.self) } ?? ""
            add(name, table.cell(row, 1).flatMap { StoreTable.number($0) })
        }
    }

    private mutating func add(_ name: String, _ number: Int?) {
        if numbers.updateValue(number, forKey: name) != nil { twice.insert(name) }
    }

    func number(of item: String) -> Sale.ReadNumber {
        let name = ForeignText.shown(item)
        guard !twice.contains(item) else { return .another("more than one number for the item \(name)") }
        guard let found = numbers[item] else {
            return .another(
                numbers.isEmpty
                    ? "no number for any item"
                    : "no number for the item \(name), but for \(numbers.count.counted("other item"))")
        }
        return found.map { .number($0) } ?? .another("something that is no number for the item \(name)")
    }
}
