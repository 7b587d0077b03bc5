package import Strategies

extension Strategy {
    /// Whether a key of the sale may get a time to live by a command or a script of the file.
    package var mayGiveTimeToLive: Bool {
        let giving: Set = [
            "EXPIRE", "EXPIREAT", "GETEX", "HSETEX", "PEXPIRE", "PEXPIREAT", "PSETEX", "RESTORE", "SETEX",
        ]
        switch ScriptReach(self) {
        case .anything: return true
        // How a script calls SET is not looked at.
        case .commands(let names): if !names.isDisjoint(with: giving.union(["SET"])) { return true }
        }
        let options: Set = ["EX", "PX", "EXAT", "PXAT"]
        return commands.contains { command in
            guard command.name == "SET" else { return giving.contains(command.name) }
            return command.arguments.dropFirst(3).contains { argument in
                if case .text(let text)? = argument.pieces.first { options.contains(text.uppercased()) } else { false }
            }
        }
    }
}
