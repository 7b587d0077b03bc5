internal import FlashSale

extension CSVRows {
    /// The damage in one cell of the row that was read last.
    ///
    /// - Parameter column: an index among `columns`.
    func damage(_ column: Int, _ reason: String) -> CSVDamage {
        CSVDamage(line: line, column: columns[column].name, reason)
    }

    func emptyLine(_ line: Int) -> CSVDamage {
        CSVDamage(
            line: line,
            "wanted a row of \(fields.count.counted("cell")), found an empty line before other lines; take it out")
    }

    /// Says why the row at `offset` cannot be read; returns where its end is not here yet.
    ///
    /// - Parameter cell: the index of the first cell that cannot be read; nil where only the row is too long.
    func refuse(_ cell: Int?, _ bytes: UnsafeRawBufferPointer, at offset: Int, isLast: Bool) throws(CSVDamage) {
        switch CSVShape.of(bytes, from: offset, isLast: isLast) {
        case .unfinished: return
        case .damaged(let cell, let reason): throw CSVDamage(line: line, column: cell.flatMap(name), reason)
        case .whole(let shape):
            guard shape.cells.count == fields.count else { throw wrongCount(shape) }
            guard let cell, let column = columns.first(where: { $0.name == header?.names[cell] }) else {
                preconditionFailure("a row that can be read was refused")
            }
            throw CSVDamage(
                line: line, column: column.name,
                column.refusal(of: shape.cells[cell].text(in: bytes)))
        }
    }

    /// What the header calls a cell, unless it calls it nothing or the row has more cells.
    private func name(_ cell: Int) -> String? {
        guard let names = header?.names, names.indices.contains(cell), !names[cell].isEmpty else { return nil }
        return names[cell]
    }

    private func wrongCount(_ shape: CSVShape) -> CSVDamage {
        let (count, wanted) = (shape.cells.count, fields.count)
        let start = "wanted a row of \(wanted.counted("cell")) as in the header, found \(count)"
        if count < wanted, !shape.hasLineEnd {
            return CSVDamage(
                line: line, "\(start) and then the end; the file seems to be cut off, so write it again")
        }
        return CSVDamage(
            line: line,
            count < wanted
                ? "\(start); write a comma for each cell that is empty"
                : "\(start); put a cell that holds a comma into quotes")
    }
}
