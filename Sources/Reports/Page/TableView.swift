internal import FlashSale

/// A table with all decimals.
struct TableView {
    struct Row {
        let label: String
        let isPart: Bool
        let cells: [String]
    }

    let caption: String
    let columns: [String]
    let rows: [Row]

    init(_ table: ReportDocument.Table, caption: String) {
        self.caption = caption
        columns = table.columns.map(\.name)
        rows = table.rows.map { row in
            Row(
                label: row.label, isPart: row.isPart,
                cells: row.cells.map { cell in
                    switch cell {
                    case .text(let text): text
                    case .milliseconds(let number):
                        number.map { NumberText.grouped($0, places: 3) } ?? NumberText.absent
                    }
                })
        }
    }
}
