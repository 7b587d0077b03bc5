/// The keys that a command looks at, and those that it may change.
package struct Footprint: Sendable, Equatable {
    private var reads: Set<[UInt8]> = []
    private var writes: Set<[UInt8]> = []
    /// Parts of keys that it may change, and nothing else of them.
    private var fields: Set<Field> = []
    /// Whether it may look at any key, or change any.
    private var readsAll = false
    private var writesAll = false

    private struct Field: Sendable, Hashable {
        var key: [UInt8]
        var name: [UInt8]
    }

    package init() {}

    /// Any key may be changed: what is said of a command of which nothing is known.
    package static var everything: Footprint {
        var all = Footprint()
        all.writesAll = true
        return all
    }

    package mutating func read(_ key: [UInt8]) { if !writes.contains(key) { reads.insert(key) } }

    package mutating func write(_ key: [UInt8]) {
        writes.insert(key)
        reads.remove(key)
    }

    /// Changes one field of a key, and hears nothing of the others.
    package mutating func write(_ field: [UInt8], of key: [UInt8]) { fields.insert(Field(key: key, name: field)) }

    package mutating func readEverything() { readsAll = true }

    package mutating func formUnion(_ other: Footprint) {
        writes.formUnion(other.writes)
        reads.formUnion(other.reads)
        reads.subtract(writes)
        fields.formUnion(other.fields)
        readsAll = readsAll || other.readsAll
        writesAll = writesAll || other.writesAll
    }

    /// Nobody else can tell when it is executed.
    package var isEmpty: Bool { reads.isEmpty && writes.isEmpty && fields.isEmpty && !readsAll && !writesAll }

    package var mayWrite: Bool { writesAll || !writes.isEmpty || !fields.isEmpty }

    /// Whether keys may be changed that it does not name.
    package var writesAnything: Bool { writesAll }

    /// What may be changed, as far as it is known by name.
    package var writtenKeys: Set<[UInt8]> { writes.union(fields.map(\.key)) }

    /// All that it names, in order.
    package var names: [[UInt8]] { reads.union(writtenKeys).sorted { $0.lexicographicallyPrecedes($1) } }

    /// Whether it looks at a key, and names it.
    package func reads(_ key: [UInt8]) -> Bool { reads.contains(key) }

    package func writes(_ key: [UInt8]) -> Bool { writesAll || writtenKeys.contains(key) }

    /// Whether their order matters: they have a key in common, and one of them may change it.
    package func dependsOn(_ other: Footprint) -> Bool {
        if writesAll { return !other.isEmpty }
        if other.writesAll { return !isEmpty }
        if readsAll && other.mayWrite || other.readsAll && mayWrite { return true }
        return !writes.isDisjoint(with: other.writes) || !writes.isDisjoint(with: other.reads)
            || !reads.isDisjoint(with: other.writes) || !fields.isDisjoint(with: other.fields)
            || touchesFields(of: other) || other.touchesFields(of: self)
    }

    /// Whether it has a key as a whole of which the other one changes a field.
    private func touchesFields(of other: Footprint) -> Bool {
        other.fields.contains { reads.contains($0.key) || writes.contains($0.key) }
    }
}
