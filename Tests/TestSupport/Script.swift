/// Executable shell scripts.
package enum Script {
    /// Writes a script.
    ///
    /// Another process does it: whatever a test on another thread starts meanwhile would inherit a file of ours that is
    /// open for writing, and the kernel runs no such file ("Text file busy").
    package static func write(_ text: String, to path: String) throws {
        let writer = try Program(
            "/bin/sh", ["-c", "cat >\"$0\" && chmod 755 \"$0\"", path], folder: "/", files: "/tmp", environment: [:],
            input: .pipe, output: .path("/dev/null"), errors: .path("/dev/null"))
        writer.tell("#!/bin/sh\n\(text)\n")
        writer.closeInput()
        guard writer.wait() == .init(exitCode: 0) else {
            throw Program.Failure(description: "cannot write \(path)")
        }
    }
}
