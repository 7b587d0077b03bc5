import Foundation
import TestSupport
import Testing

@testable import Fleet

/// What a machine's answer means, and the scripts that ask.
struct HostFitnessTests {
    private let fitness: HostFitness = {
        var image = BinaryImage(path: "/bin/sh")!
        (image.machine, image.glibc) = ("x86_64", .init(major: 2, minor: 34))
        return HostFitness(image: image, version: "0.1.0")
    }()

    private static let right = [
        "system Linux x86_64", "libc glibc 2.36", "folder /home/me/.cache/stress", "tool gzip", "tool sha256sum",
        "tool mkdir",
        "tool mv", "tool rm", "tool chmod",
    ]

    private func answer(_ lines: [String]) -> HostAnswer {
        HostAnswer((lines + ["end"]).map { "mark " + $0 }.joined(separator: "\n"), mark: "mark")
    }

    @Test func aRightMachineIsRight() {
        #expect(fitness.problem(before: answer(Self.right)) == nil)
        #expect(fitness.problem(before: answer(Self.right + ["has", "version 0 0.1.0"])) == nil)
        // Nothing is known of a C library that does not say its name; what runs decides.
        #expect(fitness.problem(before: answer(Self.right.map { $0.replacing("glibc 2.36", with: "") })) == nil)
        #expect(fitness.problem(before: answer(Self.right.map { $0.replacing("2.36", with: "2.34") })) == nil)
    }

    @Test(
        arguments: [
            ("Linux x86_64", "Linux aarch64", "aarch64"), ("Linux x86_64", "Darwin arm64", "Darwin on arm64"),
            ("glibc 2.36", "glibc 2.33", "glibc 2.33"), ("glibc 2.36", "musl libc (x86_64) Version 1.2.4", "musl"),
            ("tool sha256sum", "tool cksum", "lacks sha256sum"), ("tool mv", "failed home", "neither HOME"),
            ("tool mv", "failed tools", "lacks what POSIX"),
        ])
    func wrongMachinesAreRefused(_ part: String, _ other: String, _ sign: String) throws {
        let problem = try #require(fitness.problem(before: answer(Self.right.map { $0.replacing(part, with: other) })))
        #expect(problem.contains(sign), "\(problem)")
    }

    @Test(
        arguments: [
            ("version 0 0.2.0", "version 0.2.0"),
            (
                "version 127 stress: error while loading shared libraries: libswiftCore.so: cannot open",
                "cannot be loaded there: libswiftCore.so"
            ),
            (
                "version 1 stress: /lib/libc.so.6: version `GLIBC_2.38' not found (required by stress)",
                "needs glibc 2.38"
            ),
            ("version 126 sh: 1: stress: Permission denied", "may not be run there"), ("version 132 ", "exit code 132"),
            (
                "failed write gzip: stdout: No space left on device",
                "no space for our program in /home/me/.cache/stress"
            ),
            ("failed write sh: cannot create: Disk quota exceeded", "no space"),
            ("failed folder mkdir: cannot create directory: Permission denied", "cannot be written there"),
            ("failed folder mkdir: cannot create directory: Read-only file system", "cannot be written there"),
            ("failed whole", "SHA-256 differs"),
            ("failed write gzip: unexpected end of file", "unexpected end of file"),
            ("nothing of the kind", "cut short"),
        ])
    func whatWasSentMayNotRun(_ line: String, _ sign: String) throws {
        let lines = ["folder /home/me/.cache/stress", "has", line]
        let problem = try #require(fitness.problem(after: answer(lines)))
        #expect(problem.contains(sign), "\(problem)")
    }

    @Test func anAnswerMayBeAmongOtherWords() {
        let text =
            "Welcome!\nmark is what we are\nlast login\nno newlinemark system Linux x86_64 \nmark folder /a  b\r\n"
        let answer = HostAnswer(text, mark: "mark")
        #expect(answer.system == "Linux" && answer.folder == "/a  b" && !answer.isWhole)
        #expect(fitness.problem(before: answer)?.contains("cut short") == true)
    }

    /// In the shells that are here, with what a login may say before.
    @Test(arguments: ["sh", "bash"])
    func theScriptRunsInEveryShell(_ shell: String) throws {
        let folder = try TestFolder("host-script")
        let script = HostScript(digest: String(repeating: "0", count: 64)).looking
        let program = try Program(
            "/usr/bin/env", [shell, "-c", "echo hello; " + HostScript.command(for: script, mark: "mark1")], folder: "/",
            files: folder.path, environment: ["PATH": "/usr/bin:/bin", "HOME": "\(folder.path)/my home"], input: .pipe)
        program.tell(script + "rest")
        program.closeInput()
        #expect(program.wait() == .init(exitCode: 0))
        let answer = HostAnswer(program.output, mark: "mark1")
        #expect(answer.isWhole && answer.system == "Linux" && answer.libc.hasPrefix("glibc") && !answer.hasProgram)
        #expect(answer.folder == "\(folder.path)/my home/.cache/stress" && answer.tools.contains("gzip"), "\(answer)")
        #expect(program.errors.isEmpty, "\(program.errors)")
    }

    @Test func pathsAreOneWord() {
        #expect(HostScript.worker("/home/me/.cache/stress") == "exec /home/me/.cache/stress worker --remote")
        #expect(HostScript.worker("/home/my own/stress") == "exec '/home/my own/stress' worker --remote")
        for wrong in ["", "stress", "~/stress", "/a'b", "/a\\b", "/a!b", "/a\nb"] {
            #expect(!HostScript.isPlain(wrong))
        }
    }
}
