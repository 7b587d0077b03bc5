/// Which units with a name the attempts of a history were sold: for each of its slots any number of names, as numbers in a
/// ``NameTable``.
package struct UnitNames: Sendable {
    package let table: NameTable
    /// Of each slot, one more than the index of its entry; 0 where no name was told.
    private let entries: [UInt32]
    /// Where each entry starts in `numbers`, and where the last one ends.
    private let starts: [Int]
    private let numbers: [UInt32]

    /// Nobody was told a name.
    package static var none: UnitNames { Builder().names([]) }

    /// The numbers of the names that the attempt in a slot was told.
    package func numbers(at position: History.Position) -> ArraySlice<UInt32> {
        guard Int(position) < entries.count, entries[Int(position)] > 0 else { return [] }
        let entry = Int(entries[Int(position)]) - 1
        return numbers[starts[entry]..<starts[entry + 1]]
    }

    /// Its names as one text (``UnitText``); nil where it was told none.
    package func text(at position: History.Position) -> String? {
        let numbers = numbers(at: position)
        return numbers.isEmpty ? nil : UnitText.text(numbers.lazy.map { table.name(Int($0)) })
    }

    /// Takes the names in as they come; which slot they belong to may be found later.
    package struct Builder {
        private var table = NameTable()
        private var starts: [Int] = [0]
        private var numbers: [UInt32] = []

        package init() {}

        /// How many entries there are.
        package var count: Int { starts.count - 1 }

        /// Takes the names of one attempt.
        ///
        /// - Parameter names: as ``UnitNameList`` has them.
        /// - Returns: the number of the entry.
        package mutating func add(_ names: UnitNameList) -> Int {
            for name in names { numbers.append(UInt32(table.number(of: name))) }
            starts.append(numbers.count)
            return count - 1
        }

        /// - Parameter text: as ``UnitText`` has it.
        package mutating func add(_ text: String) -> Int {
            for name in UnitText.names(in: text) { numbers.append(UInt32(table.number(of: name))) }
            starts.append(numbers.count)
            return count - 1
        }

        /// - Parameter entries: of each slot of a history, one more than the number of its entry, or 0.
        package consuming func names(_ entries: [UInt32]) -> UnitNames {
            UnitNames(table: table, entries: entries, starts: starts, numbers: numbers)
        }
    }
}

/// Names one behind the other, each with a byte for its length before it: as a worker writes them down.
package struct UnitNameList: Sequence {
    private let bytes: UnsafeRawBufferPointer

    /// - Parameter bytes: as they were written; nil if they are no such list.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset < bytes.count {
            guard bytes[offset] > 0 else { return nil }
            offset += 1 + Int(bytes[offset])
        }
        guard offset == bytes.count, offset > 0 else { return nil }
        self.bytes = bytes
    }

    package func makeIterator() -> Iterator { Iterator(bytes: bytes) }

    package struct Iterator: IteratorProtocol {
        let bytes: UnsafeRawBufferPointer
        var offset = 0

        package mutating func next() -> UnsafeRawBufferPointer? {
            guard offset < bytes.count else { return nil }
            let start = offset + 1
            offset = start + Int(bytes[offset])
            return UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
        }
    }
}
