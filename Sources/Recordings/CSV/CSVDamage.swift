/// What is wrong with a CSV file, and where: enough to find the place in an editor and to mend it.
package struct CSVDamage: Error, Equatable, CustomStringConvertible {
    /// The line of the file in which the row starts, from 1.
    package var line: Int
    /// The column's name in the header, where one cell is at fault.
    package var column: String?
    /// A sentence without its full stop: what was wanted, what was found and what to do.
    package var reason: String

    package init(line: Int, column: String? = nil, _ reason: String) {
        self.line = line
        self.column = column
        self.reason = reason
    }

    package var description: String { "line \(line)\(column.map { ", column \($0)" } ?? ""): \(reason)" }
}
