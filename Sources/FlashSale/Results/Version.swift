/// The program's version, and that of what it writes.
package enum Version {
    /// Semantic versioning 2.0.
    package static let current = "0.1.0"
    /// Of `run.json`.
    package static let schema = 1
}
