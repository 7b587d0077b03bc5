/// How wide texts are laid out: as wide as the terminal that shows them, between what is readable and what is written.
package enum TextWidth {
    /// Narrower terminals wrap by themselves; wider ones get no longer lines.
    package static let range = 60...100

    /// Columns of the texts that are made here; those of whoever asked for other ones in ``with(columns:_:)``.
    @TaskLocal static var columns = range.upperBound

    /// Lays out every text that `body` makes for a terminal of so many columns.
    ///
    /// - Parameter columns: nil, and 0, where nobody knows them.
    package static func with<Result>(columns: Int?, _ body: () throws -> Result) rethrows -> Result {
        guard let columns, columns > 0 else { return try body() }
        return try $columns.withValue(min(max(columns, range.lowerBound), range.upperBound), operation: body)
    }
}
