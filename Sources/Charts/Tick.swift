/// A value of an axis that is marked, and what is written there.
package struct Tick: Sendable, Equatable {
    package var value: Double
    package var text: String

    package init(_ value: Double, _ text: String) {
        self.value = value
        self.text = text
    }
}
