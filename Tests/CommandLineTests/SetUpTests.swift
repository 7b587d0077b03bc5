import Foundation
import TestSupport
import Testing

/// `scripts/stress` and `scripts/test` on machines that lack this and that.
///
/// Their PATH leads to a few of this machine's tools and to programs that only take notes.
struct SetUpTests {
    private let folder: TestFolder
    private let files: TestFolder
    private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("scripts").path
    private var binary: String { folder.path + "/.build/release/stress" }

    init() throws {
        folder = try TestFolder("set-up")
        files = try TestFolder("set-up-output")
        for name in ["bin", "scripts", "Sources", "Tests", ".build/release"] { _ = try folder.folder(name) }
        try folder.file("Package.swift", "")
        try folder.file("Package.resolved", "resolved\n")
        for name in ["stress", "build-release", "test", "install-requirements"] {
            // No header of hiredis is on this machine.
            let text = try String(contentsOfFile: "\(Self.scripts)/\(name)", encoding: .utf8)
                .replacingOccurrences(of: "/usr/include/", with: "/nowhere/")
                .replacingOccurrences(of: "/usr/local/include/", with: "/nowhere/")
            try folder.file("scripts/\(name)", text)
            chmod("\(folder.path)/scripts/\(name)", 0o755)
        }
        for tool in [
            "bash", "cat", "chmod", "dirname", "env", "find", "head", "mktemp", "python3", "readlink", "rm", "touch",
        ] {
            let path = try #require(
                ["/usr/bin", "/bin", "/usr/local/bin"].map { "\($0)/\(tool)" }.first(where: isFile))
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder.path)/bin/\(tool)", withDestinationPath: path)
        }
        _ = try folder.script("bin/apt-get", "echo \"$@\" >>'\(folder.path)/installed'; exit 1")
        _ = try folder.script("bin/sudo", "while [ \"${1#-}\" != \"$1\" ]; do shift; done; exec \"$@\"")
    }

    private func isFile(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private func run(
        _ script: String, arguments: [String], environment extra: [String: String] = [:]
    ) throws -> Sandbox.Finished {
        let program = try Program(
            "/bin/bash", ["\(folder.path)/scripts/\(script)"] + arguments, folder: folder.path, files: files.path,
            environment: ["PATH": folder.path + "/bin", "TMPDIR": folder.path].merging(extra) { $1 })
        let ending = program.wait()
        return .init(exitCode: ending?.exitCode, output: program.output, errors: program.errors)
    }

    /// What somebody tried to install, or updated for that.
    private var installed: String { (try? String(contentsOfFile: folder.path + "/installed", encoding: .utf8)) ?? "" }

    /// A binary that is newer than its sources.
    private func build() throws {
        _ = try folder.script(".build/release/stress", "echo \"built: $*\"")
        try folder.file(".build/release/libstress-power-cut.so", "")
        try folder.file(".build/release/.stress-built", "resolved\n")
    }

    @Test(arguments: [
        ["--help"], [], ["--version"], ["help", "run"], ["run", "--help"], ["run", "-h"], ["strategies"],
        ["strategies", "list"], ["strategies", "show", "lua"], ["strategies", "check", "--help"],
        ["verify", "results/latest"], ["clean", "--redis", "redis://shop"], ["run", "--redis", "redis://shop"],
        ["run", "--redis=redis://shop"],
    ])
    func whatNeedsNothingAsksForNothing(_ arguments: [String]) throws {
        try build()
        let end = try run("stress", arguments: arguments)
        #expect(end.exitCode == 0 && end.errors.isEmpty, "\(end.errors)")
        #expect(end.output == "built: \(arguments.joined(separator: " "))\n")
        #expect(installed.isEmpty)
    }

    @Test(arguments: [["run"], ["run", "--units", "5"], ["strategies", "check", "lua"]])
    func aSaleNeedsAServer(_ arguments: [String]) throws {
        try build()
        let end = try run("stress", arguments: arguments)
        #expect(end.exitCode == 69 && end.output.isEmpty)
        #expect(installed.contains("redis-server") && !installed.contains("hiredis"), "\(installed)")
        #expect(
            try run("stress", arguments: arguments, environment: ["STRESS_REDIS_SERVER": "/opt/redis"]).exitCode == 0)
    }

    @Test(arguments: ["stress", "test"])
    func withoutSwiftNothingIsInstalled(_ script: String) throws {
        let end = try run(script, arguments: script == "stress" ? ["run"] : [])
        #expect(end.exitCode == 69 && end.errors.contains("`swift` was not found"), "\(end.errors)")
        #expect(installed.isEmpty, "\(installed)")
    }

    /// What a server loads for a power cut is built, too, where an earlier version built the binary alone.
    @Test func theLibraryOfPowerCutsIsBuilt() throws {
        try build()
        unlink(folder.path + "/.build/release/libstress-power-cut.so")
        try folder.file(
            "scripts/install-requirements",
            try String(contentsOfFile: folder.path + "/scripts/install-requirements", encoding: .utf8)
                .replacingOccurrences(of: "-e /nowhere", with: "! -e /nowhere"))
        _ = try folder.script("bin/swift", "echo \"$@\" >>'\(folder.path)/builds'")
        let end = try run("stress", arguments: ["--help"])
        #expect(end.exitCode == 0, "\(end.errors)")
        #expect(
            try String(contentsOfFile: folder.path + "/builds", encoding: .utf8)
                == "build -c release --product stress\nbuild -c release --product stress-power-cut\n")
    }

    /// Of what a sale needs, a build needs nothing.
    @Test func aBuildNeedsWhatABuildNeeds() throws {
        _ = try folder.script("bin/swift", "exit 9")
        let end = try run("stress", arguments: ["--help"])
        #expect(end.exitCode == 69)
        #expect(installed.contains("libhiredis-dev") && !installed.contains("redis-server"), "\(installed)")
    }

    /// `scripts/test` ends with 1 where a test failed or was not made, or a record of the tests is not valid.
    @Test(arguments: [(0, 12, 0), (3, 12, 0), (0, 11, 0), (0, 12, 1), (3, 12, 1)] as [(Int32, Int, Int32)])
    func theSlowestTestsAreSaid(_ code: Int32, _ made: Int, _ invalidRecords: Int32) throws {
        for name in [
            "redis-server", "openssl", "slurmctld", "slurmd", "srun", "munged", "psql", "initdb", "postgres", "sqlite3",
            "mariadb", "mariadbd", "node", "javac", "go", "ruby", "php", "sshd", "ssh", "ip", "unshare", "strip",
            "apt-get",
        ] {
            _ = try folder.script("bin/\(name)", "exit 0")
        }
        for name in ["baseline", "benchmarks", "soaking", "testing"] { _ = try folder.folder("scripts/\(name)") }
        try folder.file("scripts/soaking/oracle_test.py", "")
        let runner = try String(contentsOfFile: "\(Self.scripts)/testing/run-all.py", encoding: .utf8)
        try folder.file("scripts/testing/run-all.py", runner)
        chmod("\(folder.path)/scripts/testing/run-all.py", 0o755)
        _ = try folder.script("scripts/describe-schema", "[ \"$1\" = --check ]")
        _ = try folder.script("scripts/check-records", "[ -d \"$1\" ] && exit \(invalidRecords)")
        _ = try folder.script("scripts/check-gate", "exit 0")
        try folder.file(
            "scripts/install-requirements",
            try String(contentsOfFile: folder.path + "/scripts/install-requirements", encoding: .utf8)
                .replacingOccurrences(of: "-e /nowhere", with: "! -e /nowhere"))
        let failure = code == 0 ? "" : "<failure message=\"wanted 1,&#10;found 2\"/>"
        let cases = (1...made).map {
            "<testcase classname=\"Some.Suite\" name=\"case\($0)()\" time=\"\($0).25\">\($0 == 7 ? failure : "")</testcase>"
        }
        try folder.file("tests.xml", "<testsuites><testsuite>\(cases.joined())</testsuite></testsuites>")
        _ = try folder.script("bin/swift", "if [ \"$2\" = --show-bin-path ]; then echo '\(folder.path)/bin'; fi")
        _ = try folder.script(
            "bin/stressPackageTests.xctest",
            """
            while [ $# -gt 0 ]; do
                case $1 in
                    --list-tests) for number in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "Some.Suite/case$number()"; done; exit 0 ;;
                    --xunit-output) cat '\(folder.path)/tests.xml' >"$2" ;;
                esac
                shift
            done
            echo "case7 wanted 1"
            exit \(code)
            """)
        let end = try run("test", arguments: [])
        let isGood = code == 0 && made == 12 && invalidRecords == 0
        #expect(end.exitCode == (isGood ? 0 : 1), "\(end.errors)")
        var lines = end.output.split(separator: "\n")
        if code != 0 { #expect(lines.popLast() == "FAILED  Some.Suite/case7(): wanted 1, found 2") }
        // What a part prints is shown where it failed.
        #expect(lines.contains("    case7 wanted 1") == (code != 0 || made < 12), "\(end.output)")
        #expect(lines.contains { $0.hasSuffix("11 of 12 tests were made") } == (made < 12), "\(end.output)")
        #expect(lines.suffix(10).first == "     \(made).2  Some.Suite/case\(made)()", "\(end.output)")
        #expect(lines.last == "      \(made - 9).2  Some.Suite/case\(made - 9)()")
    }
}
