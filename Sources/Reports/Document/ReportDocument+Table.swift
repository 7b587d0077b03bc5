extension ReportDocument {
    /// Rows under columns with names.
    package struct Table: Sendable, Equatable {
        package var columns: [Column]
        package var rows: [Row]

        package init(columns: [Column], rows: [Row]) {
            self.columns = columns
            self.rows = rows
        }

        package struct Column: Sendable, Equatable {
            package var name: String
            /// Whether its cells are words; otherwise they are figures.
            package var isText: Bool
            /// Whether a layout without room for all columns may leave it out.
            package var isOptional: Bool

            package init(_ name: String, isText: Bool = false, isOptional: Bool = false) {
                self.name = name
                self.isText = isText
                self.isOptional = isOptional
            }
        }

        package enum Cell: Sendable, Equatable {
            case text(String)
            /// In milliseconds, with as many decimals as there is room for; nil where it cannot be told.
            case milliseconds(Double?)
        }

        package struct Row: Sendable, Equatable {
            package var label: String
            /// Whether it is a part of the row of all above it.
            package var isPart: Bool
            /// One for each column.
            package var cells: [Cell]
            /// Where more about it is: a path, which stays in one piece.
            package var place: String?

            package init(_ label: String, isPart: Bool = false, cells: [Cell], place: String? = nil) {
                self.label = label
                self.isPart = isPart
                self.cells = cells
                self.place = place
            }
        }
    }
}
