internal import FlashSale

extension LogJSONRows {
    /// The paths of the values in the row that was read last, as a column is named; for what is said to people.
    func fieldNames(_ bytes: UnsafeRawBufferPointer) -> [String] {
        var names: [String] = []
        var cursor = LogJSONCursor(bytes, at: lastRow.lowerBound, end: lastRow.upperBound)
        collect(&cursor, "", 0, &names)
        return names
    }

    private func collect(_ cursor: inout LogJSONCursor, _ prefix: String, _ depth: Int, _ names: inout [String]) {
        guard cursor.pass("{"), depth < 8 else { return }
        while names.count < 200 {
            cursor.skipBlanks()
            guard let key = cursor.text() else { return }
            let name = prefix + String(decoding: cursor.bytes(key.range), as: UTF8.self)
            cursor.skipBlanks()
            guard cursor.pass(":") else { return }
            cursor.skipBlanks()
            if cursor.isAt("{") {
                var inner = cursor
                collect(&inner, name + ".", depth + 1, &names)
            } else {
                names.append(name)
            }
            guard cursor.skipValue() else { return }
            cursor.skipBlanks()
            guard cursor.pass(",") else { return }
        }
    }
}
