internal import FlashSale

/// A table with all decimals.
struct TableView {
    struct Row {
        let label: String
        let isPart: Bool
        let cells: [Cell]
    }

    struct Cell {
        let text: String
        let style: String
    }

    let caption: String
    let columns: [Column]

    struct Column {
        let name: String
        let isLong: Bool
    }

    let rows: [Row]

    init(_ table: ReportDocument.Table, caption: String) {
        self.caption = caption
        columns = table.columns.map { Column(name: $0.name, isLong: $0.isLong) }
        rows = table.rows.map { row in
            Row(
                label: row.label, isPart: row.isPart,
                cells: zip(row.cells, table.columns).map { cell, column in
                    Cell(text: Self.text(cell), style: column.isLong ? "lane" : "figure")
                })
        }
    }

    private static func text(_ cell: ReportDocument.Table.Cell) -> String {
        switch cell {
        case .text(let text): text
        case .milliseconds(let number): number.map { NumberText.grouped($0, places: 3) } ?? NumberText.absent
        }
    }
}
