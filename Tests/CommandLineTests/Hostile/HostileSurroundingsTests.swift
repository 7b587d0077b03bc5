import Strategies
import TestSupport
import Testing

/// A script that nobody could rehearse is not sent, unless the user asks for that.
struct HostileSurroundingsTests {
    private let others: OthersServer

    init() throws { others = try OthersServer() }

    static let environments: [(name: String, environment: [String: String], shell: String?, exitCode: Int32)] = [
        ("a TMPDIR that does not exist", ["TMPDIR": "/nonexistent/tmp"], nil, 69),
        ("a TMPDIR that cannot be written to", ["TMPDIR": "/proc"], nil, 69),
        ("a TMPDIR that is no folder", ["TMPDIR": "/dev/null"], nil, 69),
        ("a server that does not exist", ["STRESS_REDIS_SERVER": "/nonexistent/redis-server"], nil, 69),
        ("a server that ends at once", ["STRESS_REDIS_SERVER": "/bin/true"], nil, 69),
        ("a server that fails", ["STRESS_REDIS_SERVER": "/bin/false"], nil, 69),
        ("a server that is no server", ["STRESS_REDIS_SERVER": "/bin/cat"], nil, 69),
        // Enough for a rehearsal, which then sees it.
        ("few open files", [:], "ulimit -n 100", 64),
        ("too few open files", [:], "ulimit -n 35", 69),
    ]

    @Test(arguments: environments)
    func surroundings(
        _ surroundings: (name: String, environment: [String: String], shell: String?, exitCode: Int32)
    ) throws {
        try others.expectUntouched(
            HostileFile(surroundings.name, exitCodes: [surroundings.exitCode], script: HostileFile.flush),
            environment: surroundings.environment,
            after: surroundings.shell)
    }

    /// With the flag, scripts are sent without a rehearsal, and the report says so.
    @Test func theGuardCanBeSwitchedOff() throws {
        let file = HostileFile("own", script: "redis.call('SET', 'shop:log', ARGV[1])")
        try others.sandbox.folder.file("own.yaml", file.yaml)
        let flags = ["--redis", others.server.url, "--strategy", "own.yaml", "--no-rehearsal-guard"]
        let run = try others.sandbox.run(flags, environment: ["STRESS_REDIS_SERVER": "/nonexistent"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        #expect(run.output.contains("--no-rehearsal-guard"))
        #expect(try others.sandbox.record().finding("rehearsal-skipped") != nil)
        #expect(try others.server.call("GET shop:log").integer() != nil)
    }
}
