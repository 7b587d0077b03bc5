import Foundation
import TestSupport
import Testing

/// The flags that name other machines.
struct MachineOptionsTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test(
        arguments: [
            (["--hosts=-oProxyCommand=id"], "-oProxyCommand=id"), (["--hosts", "a:0"], "1 to 64"),
            (["--hosts", ""], "--hosts"),
            (["--hosts", "a", "--hostfile", "f"], "one of them"), (["--ssh", "ssh"], "--hosts"),
            (["--remote-binary", "/a"], "--hosts"), (["--hostfile", "/nonexistent"], "/nonexistent"),
            (["--hosts", "a", "--ssh", "/nonexistent/ssh"], "/nonexistent/ssh"),
            (["--hosts", "a", "--remote-binary", "stress"], "absolute path"),
            (["--hosts", "a:2", "--procs", "3"], "2 slots"),
            (["--hosts", "a"], "--redis"),
        ])
    func wrongListsAreRefused(_ flags: [String], _ sign: String) throws {
        let end = try sandbox.stress(["run"] + flags)
        #expect(end.exitCode == 64 && end.errors.contains(sign), "\(end.errors)")
    }
}
