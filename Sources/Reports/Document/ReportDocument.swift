package import FlashSale

/// What a report has to say, in words and figures: no colours, no widths, no alignment. A format is one layout of it.
package struct ReportDocument: Sendable, Equatable {
    package var verdict: CheckResult.Result
    /// The verdict in one sentence.
    package var headline: String
    /// Why an inconclusive verdict proves nothing.
    package var reason: String?
    /// What went wrong apart from the sale, so that a green verdict does not hide it.
    package var problem: String?
    /// What was run against what.
    package var setting: String?
    package var sections: [Section]
    /// Where the files are.
    package var results: Results?
    /// Which run or file this is about, and the version that judged it.
    package var identity: String?

    package init(verdict: CheckResult.Result, headline: String, sections: [Section]) {
        self.verdict = verdict
        self.headline = headline
        self.sections = sections
    }

    package struct Results: Sendable, Equatable {
        /// Stays in one piece, so that it can be copied.
        package var path: String
        /// Whether all files are there.
        package var note: String
    }

    /// One subject under its title.
    package struct Section: Sendable, Equatable {
        package var title: String
        /// What the rows add up to.
        package var total: String?
        /// Stands beside the title.
        package var text: String?
        package var rows: [Row]
        package var parts: [Part]
        /// What belongs to it and has a title of its own.
        package var sections: [Section]

        package init(
            _ title: String, total: String? = nil, text: String? = nil, rows: [Row] = [], parts: [Part] = [],
            sections: [Section] = []
        ) {
            self.title = title
            self.total = total
            self.text = text
            self.rows = rows
            self.parts = parts
            self.sections = sections
        }
    }

    /// A label with its figures, and what they mean.
    package struct Row: Sendable, Equatable {
        package var label: String
        /// As many in each row of a section.
        package var figures: [String]
        /// Empty where the figures speak for themselves.
        package var qualifier: String

        package init(_ label: String, figures: [String], qualifier: String) {
            self.label = label
            self.figures = figures
            self.qualifier = qualifier
        }
    }

    /// What a section holds beside its rows, one after the other.
    package enum Part: Sendable, Equatable {
        case table(Table)
        case checks([Check])
        case evidence([Evidence])
        /// A list of sentences.
        case points([String])
        /// Footnotes to what stands above them.
        case remarks([String])
    }

    package struct Check: Sendable, Equatable {
        package var name: String
        package var result: CheckResult.Result
        package var detail: String
    }

    /// What shows that a check failed.
    package struct Evidence: Sendable, Equatable {
        package var check: String
        package var pieces: [Piece]
        /// How many more pieces there are.
        package var further: String?

        package struct Piece: Sendable, Equatable {
            package var detail: String
            package var timeline: EvidenceTimeline
            /// What a service sent to its Redis meanwhile.
            package var commands: [String] = []
        }
    }
}

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

            /// Whether its cells are sentences, which begin at the left and take several lines where there is no room.
            package var isLong: Bool

            package init(_ name: String, isText: Bool = false, isOptional: Bool = false, isLong: Bool = false) {
                self.name = name
                self.isLong = isLong
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
