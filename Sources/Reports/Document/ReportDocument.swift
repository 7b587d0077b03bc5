package import FlashSale

/// What a report has to say, in words and figures: no colours, no widths, no alignment. A format is one layout of it.
package struct ReportDocument: Sendable, Equatable {
    /// Rows under columns with names.
    package struct Table: Sendable, Equatable {
        package struct Column: Sendable, Equatable {
            package var name: String
            /// Whether its cells are words; otherwise they are figures.
            package var isText: Bool

            package init(_ name: String, isText: Bool = false) {
                self.name = name
                self.isText = isText
            }
        }

        package struct Row: Sendable, Equatable {
            package var label: String
            /// One for each column.
            package var cells: [String]
            /// Where more about it is: a path, which stays in one piece.
            package var place: String?

            package init(_ label: String, _ cells: [String], place: String? = nil) {
                self.label = label
                self.cells = cells
                self.place = place
            }
        }

        /// Stands over the labels.
        package var title: String
        package var columns: [Column]
        package var rows: [Row]

        package init(title: String, columns: [Column], rows: [Row]) {
            self.title = title
            self.columns = columns
            self.rows = rows
        }
    }

    package var verdict: CheckResult.Result
    /// The verdict in one sentence.
    package var headline: String
    package var tables: [Table]

    package init(verdict: CheckResult.Result, headline: String, tables: [Table]) {
        self.verdict = verdict
        self.headline = headline
        self.tables = tables
    }
}
