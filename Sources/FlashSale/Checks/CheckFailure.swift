/// Why a check did not come to its end: what it would have to look at is beyond its bounds.
package struct CheckFailure: Error, Equatable {
    /// For the user.
    package var reason: String

    package init(_ reason: String) { self.reason = reason }
}
