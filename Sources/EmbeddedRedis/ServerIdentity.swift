/// Which life of a private server: each start gives it another process and another `run_id`, while port, folder and password stay.
package struct ServerIdentity: Sendable, Equatable, Codable {
    package var processID: Int32
    /// `run_id` of `INFO server`, which the server drew when it started: 40 hexadecimal digits.
    package var runID: String

    package init(processID: Int32, runID: String) {
        self.processID = processID
        self.runID = runID
    }
}
