import Testing

@testable import Fleet

/// Lists of hosts, as users of mpirun write them.
struct HostListTests {
    /// `destination/port/slots` of each host.
    private func summary(_ list: HostList) -> [String] {
        list.hosts.map { "\($0.destination)/\($0.port.map(String.init) ?? "-")/\($0.slots)" }
    }

    @Test(
        arguments: [
            ("a", ["a/-/1"]), ("a:4,b:4", ["a/-/4", "b/-/4"]), ("a:4, b", ["a/-/4", "b/-/1"]),
            ("shop@a:2", ["shop@a/-/2"]), ("me@corp.example@a:2", ["me@corp.example@a/-/2"]),
            ("10.0.0.7:3", ["10.0.0.7/-/3"]), ("[fe80::1%eth0]:2", ["fe80::1%eth0/-/2"]), ("[::1]", ["::1/-/1"]),
            ("me@[::1]:5", ["me@::1/-/5"]), ("ssh://a:2222", ["a/2222/1"]), ("ssh://me@a:2222:4", ["me@a/2222/4"]),
            ("ssh://[::1]:22:3", ["::1/22/3"]), ("SSH://a/", ["a/-/1"]), ("localhost:64", ["localhost/-/64"]),
            // Named twice, it has the slots of both; another user or port is another place.
            ("a:2,b,a:3", ["a/-/5", "b/-/1"]), ("a,me@a,ssh://a:22", ["a/-/1", "me@a/-/1", "a/22/1"]),
            ("node_1.rack-2", ["node_1.rack-2/-/1"]),
        ] as [(String, [String])])
    func optionsAreRead(_ text: String, _ expected: [String]) throws {
        #expect(summary(try HostList(option: text)) == expected)
    }

    @Test(
        arguments: [
            ("", "between commas"), ("a,,b", "between commas"), ("a,", "between commas"), (":4", "':4'"),
            ("a:0", "1 to 64"), ("a:65", "1 to 64"), ("a:four", "'four'"), ("a:-1", "'-1'"), ("a:+1", "'+1'"),
            ("a:4:4", "'a:4:4'"), ("::1:4", "[IPv6]"), ("[::1", "a ]"), ("[a]:1", "IPv6 address"),
            ("[::1]4", "'[::1]4'"),
            ("[-oProxyCommand:x]", "IPv6 address"), ("a:40,a:40", "64 slots are the most"),
            // Nothing may be taken for an option, or for a command of a shell's.
            ("-oProxyCommand=id", "-oProxyCommand=id"), ("-a@b", "user's name"), ("a@-b", "'a@-b'"),
            ("ssh://-oProxyCommand=id", "-oProxyCommand"), ("a;id", "'a;id'"), ("$(id)", "'$(id)'"), ("a b", "'a b'"),
            ("@a", "user's name"), ("a'b@c", "user's name"), ("ssh://a:99999", "1 to 65535"),
            ("ssh://a:0", "1 to 65535"),
            ("ssh://a:22:4:5", "'ssh://a:22:4:5'"), ("http://a", "'http://a'"), ("a/b", "'a/b'"),
        ])
    func othersAreRefused(_ text: String, _ sign: String) {
        let problem = #expect(throws: HostList.Problem.self) { _ = try HostList(option: text) }
        #expect(problem?.message.contains(sign) == true, "\(String(describing: problem))")
    }

    @Test func filesAreThoseOfOpenMPI() throws {
        let text =
            "# the rack\n\na slots=4\n  b   slots=2 max_slots=4 # spare\r\nc\nme@d slots=1\na slots=1\ne:3\nf max-slots=2\n"
        #expect(summary(try HostList(file: text)) == ["a/-/5", "b/-/2", "c/-/1", "me@d/-/1", "e/-/3", "f/-/1"])
        #expect(summary(try HostList(file: "a SLOTS=2")) == ["a/-/2"])
    }

    @Test(
        arguments: [
            ("", "a host a line"), ("# nothing\n\n", "a host a line"), ("a\n-b slots=2", "line 2"),
            ("a slots=0", "line 1"), ("\n\na slots", "line 3"), ("a color=red", "'color=red'"),
            ("a slots=4 slots=4", "given twice"), ("a:4 slots=4", "given twice"),
            ("a slots=4 max_slots=2", "max_slots of only 2"),
            ("a slots=1 2", "'2'"),
        ])
    func wrongFilesAreRefused(_ text: String, _ sign: String) {
        let problem = #expect(throws: HostList.Problem.self) { _ = try HostList(file: text) }
        #expect(problem?.message.contains(sign) == true, "\(String(describing: problem))")
    }

    @Test func aListIsBounded() throws {
        let names = (1...1025).map { "h\($0)" }
        #expect(try HostList(option: names.dropLast().joined(separator: ",")).slots == 1024)
        #expect(throws: HostList.Problem.self) { _ = try HostList(option: names.joined(separator: ",")) }
    }

    @Test func workersAreDealtInOrder() throws {
        let list = try HostList(option: "a:2,b:1,c:3")
        #expect(list.slots == 6)
        #expect(list.places(workers: 6) == [0, 0, 1, 2, 2, 2])
        #expect(list.places(workers: 4) == [0, 0, 1, 2])
        #expect(list.places(workers: 1) == [0])
    }
}
