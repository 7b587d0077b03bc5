internal import FlashSale
internal import Foundation
internal import Reports

/// All that is printed, but for the live line. Text for people goes through a last net, whoever made it: nothing but line breaks and
/// our own colours steers the terminal.
enum Terminal {
    /// Prints text for people on standard output.
    ///
    /// - Throws: ``RunError`` with 74 if it cannot be written there.
    static func write(_ text: String) throws(RunError) {
        let printable = ForeignText.printable(text, codes: wantsColor ? TextLayout.colorCodes : [])
        try write(data: Array((isWithinGitHub ? GitHubText.harmless(printable) : printable).utf8))
    }

    /// Prints a file's text on standard output: as it is for a program that reads it, fit for a terminal on one.
    ///
    /// - Throws: ``RunError`` with 74 if it cannot be written there.
    static func write(file text: String) throws(RunError) {
        try write(data: Array((isatty(STDOUT_FILENO) == 1 ? ForeignText.printable(text) : text).utf8))
    }

    /// Prints what programs read, byte by byte as it is, on standard output.
    ///
    /// - Throws: ``RunError`` with 74 if it cannot be written there.
    static func write(data bytes: [UInt8]) throws(RunError) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(bytes))
        } catch {
            throw RunError(
                .cannotWrite, "the result cannot be written to standard output: \(String(cString: strerror(errno)))")
        }
    }

    /// Says a sentence beside the result, on standard error.
    static func note(_ sentence: String) { say("stress: \(ForeignText.sentence(sentence))") }

    /// Prints lines on standard error.
    static func say(_ text: String) { command(isWithinGitHub ? GitHubText.harmless(text) : text) }

    /// Prints lines on standard error in which GitHub Actions may find commands.
    static func command(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\(ForeignText.printable(text))\n".utf8))
    }

    /// Whether GitHub Actions reads what is printed.
    static var isWithinGitHub: Bool { ProcessInfo.processInfo.environment["GITHUB_ACTIONS"] == "true" }

    /// Columns of the terminal that standard output leads to; nil where it is none, or does not tell.
    static var columns: Int? { columns(of: STDOUT_FILENO) }

    /// Columns of the terminal that a descriptor leads to, as it is now; nil where it is none, or does not tell.
    static func columns(of descriptor: Int32) -> Int? { size(of: descriptor)?.columns }

    /// Columns and rows of the terminal that a descriptor leads to, as it is now; nil where it is none, or does not tell. Rows may
    /// be untold alone.
    static func size(of descriptor: Int32) -> (columns: Int, rows: Int?)? {
        var size = winsize()
        guard isatty(descriptor) == 1, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return (Int(size.ws_col), size.ws_row == 0 ? nil : Int(size.ws_row))
    }

    /// Whether the user's locale has more than ASCII.
    static var isUnicode: Bool {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return locale.uppercased().replacing("-", with: "").contains("UTF8")
    }

    /// How texts are laid out on standard output.
    static var layout: TextLayout { TextLayout(columns: columns, color: wantsColor) }

    /// Whether the terminal, if there is one, says of itself that it knows no control codes.
    static var isDumb: Bool { ProcessInfo.processInfo.environment["TERM"] == "dumb" }

    /// Colour is for terminals, unless somebody asked for none (no-color.org).
    static var wantsColor: Bool {
        let environment = ProcessInfo.processInfo.environment
        return isatty(STDOUT_FILENO) == 1 && environment["NO_COLOR", default: ""].isEmpty && !isDumb
    }
}
