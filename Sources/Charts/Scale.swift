/// From values to places, in user units of the picture.
package protocol Scale: Sendable {
    /// Where a value is. Never a NaN, for any value.
    func place(_ value: Double) -> Double
}
