/// Why an answer is no table.
package enum JSONProblem: Error, Equatable {
    /// It is no JSON from this byte on.
    case notJSON(offset: Int)
    /// There is nothing at the path.
    case absent
    /// The elements of the array are not of one kind.
    case mixed
    /// The objects have more names, or the arrays more elements, than a table may have columns, or all of them more cells.
    case tooManyColumns
}
