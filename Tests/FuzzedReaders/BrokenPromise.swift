/// What must hold for every input, and did not for one.
package struct BrokenPromise: Error, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }

    static func unless(_ isKept: Bool, _ promise: @autoclosure () -> String) throws(BrokenPromise) {
        if !isKept { throw BrokenPromise(promise()) }
    }
}
