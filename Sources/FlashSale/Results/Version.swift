/// The program's version.
package enum Version {
    /// Semantic versioning 2.0.
    package static let current = "0.1.0"
}
