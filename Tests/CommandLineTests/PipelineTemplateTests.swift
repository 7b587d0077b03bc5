import Foundation
import TestSupport
import Testing

/// `action.yml` and the template for GitLab, by running what they run, with programs in place of those that a runner has.
struct PipelineTemplateTests {
    private static let root =
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized.path
    private static let tools = [
        "basename", "bash", "cat", "cp", "dirname", "env", "gzip", "mkdir", "mv", "printf", "rm", "sh", "sha256sum",
        "tar",
        "xargs",
    ]

    private let folder: TestFolder
    private let files: TestFolder
    private var archive: String { folder.path + "/stress-sale-1.0-linux-x86_64.tar.gz" }

    /// A runner's machine without a server, and an archive whose `stress` only takes notes.
    init() throws {
        folder = try TestFolder("pipeline-template")
        files = try TestFolder("pipeline-template-output")
        for name in ["bin", "home", "temp"] { _ = try folder.folder(name) }
        for tool in Self.tools {
            let path = try #require(
                ["/usr/bin", "/bin"].map { "\($0)/\(tool)" }.first(where: FileManager.default.fileExists))
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder.path)/bin/\(tool)", withDestinationPath: path)
        }
        _ = try folder.script("bin/apt-get", "echo \"$@\" >>'\(folder.path)/installed'")
        _ = try folder.script("bin/sudo", "exec \"$@\"")
        try pack("for word; do echo \"<$word>\"; done >'\(folder.path)/arguments'; exit ${CODE:-0}")
    }

    /// Makes the archive.
    private func pack(_ stress: String) throws {
        _ = try folder.folder("stress-sale-1.0")
        _ = try folder.folder("stress-sale-1.0/bin")
        _ = try folder.script(
            "stress-sale-1.0/bin/stress", "if [ \"$1\" = --version ]; then echo 1.0; exit; fi\n\(stress)")
        let tar = try Program(
            "/bin/tar", ["-czf", archive, "-C", folder.path, "stress-sale-1.0"], folder: folder.path, files: files.path,
            environment: ["PATH": "/usr/bin:/bin"])
        try #require(tar.wait()?.exitCode == 0)
    }

    private func read(_ name: String) -> String {
        (try? String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)) ?? ""
    }

    /// A YAML file, as another reader than ours has it.
    private func yaml(_ name: String) throws -> JSON {
        let reader = try Program(
            "/usr/bin/python3",
            [
                "-c", "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)",
                "\(Self.root)/\(name)",
            ],
            folder: folder.path, files: files.path, environment: ["PATH": "/usr/bin:/bin"])
        try #require(reader.wait()?.exitCode == 0, "\(reader.errors)")
        return try JSON(Data(reader.output.utf8))
    }

    private func run(_ shell: String, _ script: String, _ environment: [String: String]) throws -> Sandbox.Finished {
        let base = [
            "PATH": folder.path + "/bin", "HOME": folder.path + "/home", "RUNNER_TEMP": folder.path + "/temp",
            "GITHUB_PATH": folder.path + "/path", "GITHUB_OUTPUT": folder.path + "/output", "TMPDIR": folder.path,
        ]
        let program = try Program(
            "/bin/\(shell)", ["-e", "-c", script], folder: folder.path, files: files.path,
            environment: base.merging(environment) { $1 })
        let ending = program.wait()
        return .init(exitCode: ending?.exitCode, output: program.output, errors: program.errors)
    }

    // MARK: GitHub

    private func step(_ id: String) throws -> JSON {
        let steps = try yaml("action.yml")["runs"]["steps"].list
        return try #require(steps.first { $0["id"].text == id })
    }

    private func install(_ environment: [String: String] = [:]) throws -> Sandbox.Finished {
        let defaults = ["STRESS_ARCHIVE": archive, "STRESS_SHA256": "", "STRESS_SERVER": ""]
        return try run(
            "bash", try #require(try step("install")["run"].text), defaults.merging(environment) { $1 })
    }

    private func act(_ arguments: String, code: Int32 = 0) throws -> Sandbox.Finished {
        try run(
            "bash", try #require(try step("stress")["run"].text),
            [
                "PATH": "\(folder.path)/temp/stress-sale/bin:\(folder.path)/bin", "STRESS_ARGUMENTS": arguments,
                "STRESS_JUNIT": "out/junit.xml", "STRESS_RESULTS": "my results", "CODE": "\(code)",
            ])
    }

    @Test("every input is used, and everything that is used is an input")
    func inputs() throws {
        let action = try yaml("action.yml")
        let text = try String(contentsOfFile: Self.root + "/action.yml", encoding: .utf8)
        let used = Set(text.matches(of: /inputs\.([a-z0-9-]+)/).map { String($0.output.1) })
        #expect(used == action["inputs"].names)
        // A value goes into a script by the environment, never into its text.
        for step in action["runs"]["steps"].list {
            #expect(step["run"].text?.contains("${{") != true)
            #expect(step["run"].text == nil || step["shell"].text == "bash")
        }
        #expect(action["runs"]["using"].text == "composite")
    }

    @Test func installs() throws {
        let end = try install()
        #expect(end.exitCode == 0 && end.output == "1.0\n", "\(end.errors)")
        #expect(read("path") == "\(folder.path)/temp/stress-sale/bin\n")
        #expect(read("installed").isEmpty)
    }

    @Test func installsAServerWhereThereIsNone() throws {
        #expect(try install(["STRESS_SERVER": "redis-server"]).exitCode == 0)
        #expect(read("installed").contains("install -y --no-install-recommends redis-server"))
        try FileManager.default.removeItem(atPath: folder.path + "/installed")
        _ = try folder.script("bin/valkey-server", "exit 0")
        #expect(try install(["STRESS_SERVER": "redis-server"]).exitCode == 0)
        #expect(read("installed").isEmpty)
    }

    @Test func downloadsOnce() throws {
        _ = try folder.script(
            "bin/curl",
            """
            echo "$@" >>'\(folder.path)/downloads'
            while [ "$1" != --output ]; do shift; done
            cp '\(archive)' "$2"
            """)
        for _ in 1...2 {
            let end = try install(["STRESS_ARCHIVE": "https://shop.example/stress-sale-1.0.tar.gz?token=1"])
            #expect(end.exitCode == 0, "\(end.errors)")
        }
        #expect(read("downloads").split(separator: "\n").count == 1)
        #expect(read("downloads").contains("https://shop.example/stress-sale-1.0.tar.gz?token=1"))
        _ = try folder.script("bin/curl", "exit 22")
        #expect(try install(["STRESS_ARCHIVE": "https://shop.example/other.tar.gz"]).exitCode == 22)
    }

    @Test func refusesAnotherArchive() throws {
        let wrong = try install(["STRESS_SHA256": String(repeating: "0", count: 64)])
        #expect(wrong.exitCode == 1 && wrong.output.contains("::error") && read("path").isEmpty)
        let sum = try run("sh", "sha256sum '\(archive)'", [:]).output.prefix(64)
        #expect(try install(["STRESS_SHA256": String(sum)]).exitCode == 0)
    }

    @Test("the step ends as stress does", arguments: [Int32(0), 1, 2, 64, 69, 130])
    func exitCodes(_ code: Int32) throws {
        #expect(try install().exitCode == 0)
        #expect(try act("run --units 5", code: code).exitCode == code)
        #expect(read("output") == "exit-code=\(code)\n")
        #expect(
            read("arguments") == "<run>\n<--units>\n<5>\n<--junit>\n<out/junit.xml>\n<--output>\n<my results>\n")
    }

    @Test("quotes are heeded, and nothing is expanded")
    func words() throws {
        #expect(try install().exitCode == 0)
        let end = try act(
            "verify\nresults/latest --require 'sold>=99%, p99<5ms' \"$(touch hacked)\" `touch hacked` * ; touch hacked")
        #expect(end.exitCode == 0, "\(end.errors)")
        #expect(
            read("arguments").split(separator: "\n").prefix(6) == [
                "<verify>", "<results/latest>", "<--require>", "<sold>=99%, p99<5ms>", "<$(touch hacked)>", "<`touch>",
            ])
        #expect(!read("arguments").contains("--output"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/hacked"))
        #expect(try act("run 'oops").exitCode == 64)
    }

    // MARK: GitLab

    private func gitLab(_ arguments: String, _ environment: [String: String] = [:]) throws -> Sandbox.Finished {
        let job = try yaml("ci/stress.gitlab-ci.yml")[".stress-sale"]
        _ = try folder.script("bin/curl", "exit 22")
        var values = [
            "STRESS_ARCHIVE": archive, "STRESS_SHA256": "", "STRESS_SERVER": "", "STRESS_ARGUMENTS": arguments,
        ]
        for name in values.keys { #expect(job["variables"].names.contains(name)) }
        values.merge(environment) { $1 }
        // A runner carries both out in one shell.
        let lines = (job["before_script"].list + job["script"].list).compactMap(\.text)
        return try run("sh", lines.joined(separator: "\n"), values)
    }

    @Test("the job ends as stress does", arguments: [Int32(0), 1, 2, 69])
    func jobs(_ code: Int32) throws {
        let end = try gitLab("run --require 'sold>=99%, p99<5ms' '$(touch hacked)'", ["CODE": "\(code)"])
        #expect(end.exitCode == code, "\(end.errors)")
        #expect(
            read("arguments").split(separator: "\n") == [
                "<run>", "<--require>", "<sold>=99%, p99<5ms>", "<$(touch hacked)>", "<--junit>", "<stress-junit.xml>",
                "<--code-quality>", "<stress-code-quality.json>", "<--markdown>", "<stress.md>", "<--output>",
                "<stress-results>",
            ])
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/hacked"))
    }

    @Test func aJobNeedsItsArchive() throws {
        #expect(try gitLab("run", ["STRESS_ARCHIVE": ""]).exitCode == 64)
        #expect(try gitLab("run", ["STRESS_SHA256": String(repeating: "0", count: 64)]).exitCode == 1)
        #expect(try gitLab("run", ["STRESS_ARCHIVE": "https://shop.example/a.tar.gz"]).exitCode == 22)
        #expect(try gitLab("run 'oops").exitCode == 64)
        #expect(read("arguments").isEmpty)
        #expect(try gitLab("run", ["STRESS_SERVER": "redis-server"]).exitCode == 0)
        #expect(read("installed").contains("install -y --no-install-recommends redis-server"))
    }

    /// What the job keeps is what it wrote.
    @Test func aJobKeepsItsReports() throws {
        let artifacts = try yaml("ci/stress.gitlab-ci.yml")[".stress-sale"]["artifacts"]
        #expect(artifacts["when"].text == "always")
        try pack("exec '\(StressBinary.path)' \"$@\"")
        try folder.file("history.csv", "attempt,invoked_ns,returned_ns,outcome\n1,0,100,won\n2,50,90,won\n")
        let end = try gitLab("verify --history history.csv --units 1")
        #expect(end.exitCode == 1, "\(end.errors)")
        for report in ["junit", "codequality"] {
            let path = try #require(artifacts["reports"][report].text)
            #expect(read(path).contains("no-oversell"), "\(path)")
        }
        #expect(read("stress.md").hasPrefix("## ❌ stress: violated"))
    }
}
