/// Several tests at once: the step-down method of Holm (A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of
/// Statistics 6, 1979). The chance that any of them finds a difference where there is none stays below the level of one.
package enum HolmCorrection {
    /// - Parameter probabilities: of each test, in any order.
    /// - Returns: what is to be compared with the level instead, in the same order, each at most 1.
    package static func corrected(_ probabilities: [Double]) -> [Double] {
        var corrected = probabilities
        var least = 0.0
        for (place, index) in probabilities.indices.sorted(by: { probabilities[$0] < probabilities[$1] }).enumerated() {
            least = max(least, min(1, probabilities[index] * Double(probabilities.count - place)))
            corrected[index] = least
        }
        return corrected
    }
}
