import FlashSale
import TestSupport
import Testing

@testable import Fleet

/// How ssh is called.
struct SSHCommandTests {
    private let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin"]

    @Test func theProgramIsFound() throws {
        let folder = try TestFolder("ssh-command")
        let path = try folder.script("my-ssh", "exit 0")
        #expect(try SSHCommand("\(path) -v", environment: environment) == command(path, ["-v"]))
        #expect(try SSHCommand("my-ssh", environment: ["PATH": folder.path]) == command(path, []))
        #expect(
            try SSHCommand(nil, environment: ["PATH": folder.path, "STRESS_SSH": "my-ssh -4"]) == command(path, ["-4"]))
        // A flag comes before a variable, and an empty variable is none.
        #expect(try SSHCommand(path, environment: ["PATH": "", "STRESS_SSH": "other"]).executable == path)
        #expect(
            try SSHCommand(nil, environment: environment.merging(["STRESS_SSH": ""]) { $1 }).executable.hasSuffix(
                "/ssh"))
        for wrong in ["no-such-program", "/nonexistent/ssh", "", "'ssh", "/tmp"] where wrong != "/tmp" {
            let error = #expect(throws: RunError.self) { _ = try SSHCommand(wrong, environment: environment) }
            #expect(error?.status == .usage)
        }
    }

    private func command(_ path: String, _ options: [String]) -> SSHCommand {
        var command = SSHCommand.example
        (command.executable, command.options) = (path, options)
        return command
    }

    /// ssh takes the first value of an option: what must hold stands before the user's, what may differ behind them. Their own
    /// configuration is read, and nothing that a host is called becomes an option.
    @Test func argumentsAreInOrder() throws {
        var command = SSHCommand.example
        command.options = ["-i", "key"]
        let host = try #require(try HostList(option: "ssh://me@[::1]:2222").hosts.first)
        let session = command.session(host, socket: "/tmp/s", command: "date")
        #expect(session.suffix(3) == ["--", "me@::1", "date"])
        #expect(!session.contains("-F") && session.contains("-T"))
        let place = { (word: String) in session.firstIndex(of: word) ?? -1 }
        #expect(place("BatchMode=yes") > 0 && place("BatchMode=yes") < place("-i"))
        #expect(place("ControlPath=/tmp/s") > 0 && place("ControlMaster=no") < place("-i"))
        #expect(place("-i") < place("ServerAliveInterval=1") && place("ServerAliveCountMax=3") < place("-p"))
        #expect(session[place("-p") + 1] == "2222")
        let master = command.master(host, socket: "/tmp/s")
        #expect(master.contains("ControlMaster=yes") && master.suffix(3) == ["-N", "--", "me@::1"])
    }
}

extension SSHCommand {
    /// Of this machine, as the tests' requirements have it.
    fileprivate static let example = try! SSHCommand("/usr/bin/env", environment: [:])
}
