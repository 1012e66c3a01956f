//! What stack traces, databases, connection strings, private paths and keys look like.

/// One thing that no answer may carry.
#[derive(Debug)]
pub(in crate::check) struct Trace {
    /// What it is, with its article.
    pub(in crate::check) what: &'static str,
    /// Words of which each instance has one, in whatever letter case.
    pub(super) words: &'static [&'static str],
    /// Its evidence: no longer than it must be, since what the request itself sent is no leak.
    pub(super) pattern: &'static str,
    /// Whether it is a path, which in header fields such as `Location` is one of URLs.
    pub(in crate::check) is_path: bool,
    /// Whether it may well stand in the answer to a request that is granted.
    pub(in crate::check) is_of_errors: bool,
    /// Instances.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests go through them"))]
    pub(super) examples: &'static [&'static str],
}

const fn trace(
    what: &'static str,
    words: &'static [&'static str],
    pattern: &'static str,
    examples: &'static [&'static str],
) -> Trace {
    Trace { what, words, pattern, is_path: false, is_of_errors: false, examples }
}

const fn path(words: &'static [&'static str], pattern: &'static str, examples: &'static [&'static str]) -> Trace {
    Trace { what: "a private path", words, pattern, is_path: true, is_of_errors: false, examples }
}

const fn of_errors(
    what: &'static str,
    words: &'static [&'static str],
    pattern: &'static str,
    examples: &'static [&'static str],
) -> Trace {
    Trace { what, words, pattern, is_path: false, is_of_errors: true, examples }
}

/// All of them; at most 128.
pub(super) const TRACES: &[Trace] = &[
    // Runtimes.
    trace(
        "a Java stack trace",
        &[".java:", ".kt:", ".scala:", ".groovy:", "native method", "unknown source", "exception in thread"],
        r#"\bat (?:[\w.$@-]+/)*[\w.$<>]+\((?:[\w$]+\.(?:java|kt|scala|groovy):\d+|Native Method|Unknown Source)\)|Exception in thread ["'][^"']*"#,
        &[
            "java.lang.NullPointerException\n\tat com.acme.users.UserService.create(UserService.java:42)",
            "Exception in thread \"main\" java.lang.Error",
        ],
    ),
    trace(
        "an exception of Java",
        &[
            "nullpointerexception",
            "classcastexception",
            "outofbounds",
            "stackoverflowerror",
            "outofmemoryerror",
            "because the return value of",
            "cannot be cast to class",
            "cannot invoke ",
        ],
        r"\bjava\.(?:lang|util)\.(?:NullPointerException|ClassCastException|(?:Array|String)?IndexOutOfBoundsException|StackOverflowError|OutOfMemoryError)|because the return value of |\bclass [\w.$]+ cannot be cast to class [\w.$]+|Cannot invoke .[\w.$]+\(",
        &[
            "class java.lang.Integer cannot be cast to class java.lang.String",
            "Cannot invoke \"String.trim()\" because \"name\" is null",
            "java.lang.NullPointerException: Cannot invoke \"String.trim()\" because \"name\" is null",
        ],
    ),
    trace(
        "a Python traceback",
        &[
            "traceback (most recent",
            ", line ",
            "nonetype",
            "keyerror:",
            "attributeerror:",
            "werkzeug",
            "object has no attribute",
            "object is not",
            "unhashable type:",
            "can only concatenate",
            "unsupported operand type",
        ],
        r#"Traceback \(most recent call last\)|File ["'][^"'\n]+["'], line \d+|'(?:NoneType|str|int|float|bool|list|dict|bytes)' object (?:has no attribute|is not (?:subscriptable|iterable|callable))|of type 'NoneType'|unhashable type: '|can only concatenate str|unsupported operand type\(s\) for|\b(?:KeyError|AttributeError|IndexError): |Werkzeug Debugger"#,
        &[
            "Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in create",
            "'NoneType' object has no attribute 'id'",
            "object of type 'NoneType' has no len()",
            "'int' object is not subscriptable",
            "unhashable type: 'dict'",
            "unsupported operand type(s) for +: 'int' and 'str'",
        ],
    ),
    trace(
        "a JavaScript stack trace",
        &[
            ".js:",
            ".ts:",
            ".mjs:",
            ".cjs:",
            ".jsx:",
            ".tsx:",
            "node:internal",
            "properties of undefined",
            "properties of null",
            "property of undefined",
            "is not a function",
            "referenceerror:",
            "cannot destructure property",
            "undefined or null to object",
            "is not iterable",
        ],
        r"\bat (?:async )?(?:[^\n()]{1,120}\()?(?:file://|node:)?[^()\n ]*(?:\.[cm]?[jt]sx?|node:internal/[\w/]+):\d+(?::\d+)?|Cannot read propert(?:y|ies)[^\n]{0,40} of (?:undefined|null)|\bTypeError: [^\n]{1,80} is not a function|\b[\w$]+(?:\.[\w$]+)+ is not a function|Cannot destructure property|Cannot convert undefined or null to object|\b(?:undefined|null|object) is not iterable|\bReferenceError: \w+ is not defined",
        &[
            "TypeError: x\n    at create (/usr/src/app/users.js:12:7)",
            "    at async Server.handle (file:///srv/api/index.mjs:3:1)",
            "at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
            "Cannot read properties of undefined (reading 'id')",
            "ReferenceError: foo is not defined",
            "body.first_name.trim is not a function",
            "Cannot destructure property 'id' of 'user' as it is undefined.",
        ],
    ),
    trace(
        "a panic of Go",
        &["goroutine ", "panic", "runtime error:", ".go:", "nil pointer", "interface conversion:"],
        r"goroutine \d+ \[[a-z, 0-9]+\]|\bpanic(?: serving \S+)?: |runtime error: (?:invalid memory|index out of range|slice bounds|integer divide)|invalid memory address or nil pointer|interface conversion: interface|[\w/.-]+\.go:\d+ \+0x",
        &[
            "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:7 +0x1d",
            "http: panic serving 127.0.0.1:9: x",
            "interface conversion: interface {} is float64, not string",
        ],
    ),
    trace(
        "a panic of Rust",
        &["panicked at", "stack backtrace:", "on a `none` value", "on an `err` value", "rust_backtrace"],
        r"panicked at|stack backtrace:|on a `None` value|on an `Err` value: |RUST_BACKTRACE=",
        &["thread 'main' panicked at src/users.rs:12:9:\ncalled `Option::unwrap()` on a `None` value"],
    ),
    trace(
        "a .NET stack trace",
        &[
            ":line ",
            "stack trace ---",
            "object reference not set",
            "unable to cast object",
            "system.nullreference",
            "system.invalidoperation",
            "system.argument",
            "system.indexoutofrange",
            "system.aggregate",
        ],
        r"\bat [\w.<>`\[\],|]+\([^)\n]*\) in [^\n]+:line \d+|End of (?:inner exception )?stack trace|Object reference not set to an instance|Unable to cast object of type|\bSystem\.(?:NullReference|InvalidOperation|Argument(?:Null|OutOfRange)?|IndexOutOfRange|Aggregate)Exception",
        &[
            "System.NullReferenceException: Object reference not set to an instance of an object.\n   at Api.Users.Create(User u) in C:\\src\\Users.cs:line 42",
        ],
    ),
    trace(
        "an error of PHP",
        &[
            "fatal error",
            "parse error:",
            "on line ",
            ".php",
            "undefined index",
            "undefined array key",
            "undefined variable",
            "call to a member function",
            "call to undefined",
            "uncaught ",
            "argument #",
            "to string conversion",
        ],
        r"(?:Fatal error|Parse error|Warning|Notice|Deprecated)(?:</b>)?:\s[^\n]{1,300}? (?:in|on line) |#\d+ [^\s(]+\.php\(\d+\)|[\w/\\.-]+\.php(?::\d+| on line \d+)|Undefined (?:index|array key|variable)[: $]|Call to (?:undefined (?:function|method)|a member function) |Uncaught \w*(?:Error|Exception)\b|\w\(\): Argument #\d|Array to string conversion",
        &[
            "PHP Fatal error:  Uncaught TypeError: x in /var/www/html/users.php:3",
            "<b>Warning</b>:  Undefined array key \"first_name\" in <b>/var/www/html/users.php</b> on line <b>12</b>",
            "#0 /var/www/html/index.php(17): create()",
            "strlen(): Argument #1 ($string) must be of type string, array given",
        ],
    ),
    trace(
        "a Ruby backtrace",
        &[".rb:", "for nil", "rails.root", "nomethoderror", "no implicit conversion", "for an instance of"],
        r"\.rb:\d+(?::in\b)?|undefined method [`'][^`']+['`] for (?:nil|an instance of)|no implicit conversion of \w+ into|\bNoMethodError\b|Rails\.root: ",
        &[
            "app/controllers/users_controller.rb:17:in `create'",
            "undefined method `strip' for nil:NilClass",
            "no implicit conversion of Integer into String",
        ],
    ),
    trace(
        "a trace of Erlang or Elixir",
        &[".ex:", ".exs:", ".erl", "functionclauseerror", "(argumenterror)"],
        r"\blib/[\w/.]+\.exs?:\d+|\.erl(?:\[|:| ?, ?line).{0,2}\d+|\bFunctionClauseError\b|\*\* \(\w+Error\) ",
        &["** (ArgumentError) bad\n    lib/api/users.ex:12: Api.Users.create/1"],
    ),
    trace(
        "a Perl error",
        &[".pl line", ".pm line"],
        r"\S+\.p[lm] line \d+",
        &["Can't locate object method at /srv/api/users.pl line 42."],
    ),
    trace(
        "a crash of native code",
        &["segmentation fault", "core dumped", "terminate called after", "addresssanitizer", "double free"],
        r"(?i)segmentation fault|core dumped|terminate called after throwing|AddressSanitizer|double free or corruption",
        &["Segmentation fault (core dumped)"],
    ),
    // Databases.
    trace(
        "an SQL statement",
        &["select ", "insert into", "delete from", "update ", "values (", "returning ", "alter table", "create table"],
        r#"\bSELECT\s+(?:DISTINCT\s+)?(?:\*|[\w."`\[\]()*]+(?:\s*,\s*[\w."`\[\]()*]+)*)\s+FROM\s+["`\[\w]|\bselect (?:\*|[\w.]*["`][^\n]{1,200}?) from ["`\w]|(?i:\binsert into\s+["`\[]?\w[\w.]*["`\]]?(?:\."?\w+"?)?\s*(?:\(|values))|\bINSERT INTO\s+\w|(?i:\bdelete from\s+["`\[]?\w+["`\]]? where\b)|(?i:\bupdate\s+["`\[]?\w+["`\]]?\s+set\s+["`\[]?\w+["`\]]?\s*=)|(?i:\b(?:alter|create) table\s+["`\[]?\w+["`\]]?\s*(?:\(|add|drop))"#,
        &[
            "INSERT INTO users (external_id) VALUES ($1)",
            "SELECT id, name FROM users WHERE external_id = 'x'",
            "insert into \"users\" (\"external_id\") values ($1) returning \"id\" - failed",
            "select * from users",
            "UPDATE users SET name = 'x'",
        ],
    ),
    trace(
        "a complaint of PostgreSQL",
        &[
            "sqlstate",
            "syntax error at or near",
            "violates ",
            "duplicate key value",
            "invalid input syntax for type",
            "invalid byte sequence for encoding",
            "value too long for type",
            "psqlexception",
            "psycopg",
            "pg::",
            "unterminated quoted string",
            "does not exist",
            "npgsql",
            "deadlock detected",
            "pq:",
        ],
        r#"SQLSTATE|syntax error at or near|violates (?:unique|foreign key|not-null|check) constraint|duplicate key value|invalid input syntax for type|invalid byte sequence for encoding|value too long for type character|PSQLException|psycopg2?[.:]|\bPG::\w+|unterminated quoted string at|(?:relation|column) ["'][^"']+["'] (?:of relation ["'][^"']+["'] )?does not exist|Npgsql\.\w+|deadlock detected|\bpq: "#,
        &[
            "ERROR: duplicate key value violates unique constraint \"users_external_id_key\"",
            "syntax error at or near \"Brien\"",
            "relation \"users\" does not exist",
            "pq: value too long for type character varying(50)",
        ],
    ),
    trace(
        "a complaint of SQLite",
        &[
            "constraint failed",
            "sqlite",
            "no such table",
            "no such column",
            "unrecognized token:",
            "database is locked",
            "syntax error",
        ],
        r#"(?:UNIQUE|NOT NULL|FOREIGN KEY|CHECK|PRIMARY KEY) constraint failed|\bSQLITE_[A-Z]+|sqlite3?\.\w*Error|SqliteException|SQLiteException|no such (?:table|column): |unrecognized token: |database is locked|near ["'][^"'\n]*["']: syntax error"#,
        &["UNIQUE constraint failed: users.external_id", "near \"Brien\": syntax error", "SQLITE_CONSTRAINT"],
    ),
    trace(
        "a complaint of MySQL",
        &[
            "error in your sql syntax",
            "duplicate entry",
            "incorrect string value",
            "data too long for column",
            "com.mysql",
            "er_dup_entry",
            "er_parse_error",
            "lock wait timeout",
            "mysqlexception",
            "mysql_",
        ],
        r"You have an error in your SQL syntax|Duplicate entry '[^\n]*' for key|Incorrect string value: '|Data too long for column|com\.mysql\.|\bER_(?:DUP_ENTRY|PARSE_ERROR|DATA_TOO_LONG|BAD_\w+)|Lock wait timeout exceeded|MySqlException|\bmysqli?_\w+\(",
        &["Duplicate entry 'x' for key 'users.external_id'", "You have an error in your SQL syntax; check the manual"],
    ),
    trace(
        "a complaint of Oracle or SQL Server",
        &[
            "ora-0",
            "ora-1",
            "ora-2",
            "unclosed quotation mark",
            "key constraint",
            "sqlexception",
            "incorrect syntax near",
            "string or binary data",
            "insert the value null",
            "odbc",
        ],
        r"\bORA-\d{5}|Unclosed quotation mark after|Violation of (?:PRIMARY|UNIQUE|FOREIGN) KEY constraint|\bSQLException\b|\bSqlException\b|Incorrect syntax near|String or binary data would be truncated|Cannot insert the value NULL into column|\bODBC (?:SQL Server )?Driver|\[ODBC",
        &[
            "ORA-00001: unique constraint (API.USERS_PK) violated",
            "Violation of UNIQUE KEY constraint 'UQ_users'",
            "Cannot insert the value NULL into column 'external_id', table 'app.dbo.users'",
        ],
    ),
    trace(
        "a complaint of another database or its library",
        &[
            "e11000",
            "mongoservererror",
            "mongoerror",
            "mongoosee",
            "bsonerror",
            "wrongtype",
            "conditionalcheckfailed",
            "dynamodb",
            "prismaclient",
            "invalid `prisma",
            "sequelize",
            "queryfailederror",
            "activerecord",
            "org.hibernate",
            "pdoexception",
            "doctrine",
            "sqlalchemy",
            "typeorm",
            "cassandra",
            "gorm",
            "parsing_exception",
            "engine_exception",
            "index_not_found",
            "parameter values were invalid",
            "conditional request failed",
        ],
        r"\bE11000 duplicate key|\bMongo(?:Server|Network|Bulk\w*)?Error\b|\bMongooseError\b|\bBSONError\b|\bWRONGTYPE Operation|ConditionalCheckFailedException|com\.amazonaws\.\w+|\bPrismaClient\w+|Invalid `prisma\.|\bSequelize\w*Error\b|\bQueryFailedError\b|\bActiveRecord::\w+|\borg\.hibernate\.\w+|\bPDOException\b|\bDoctrine\\+\w+|\bsqlalchemy\.\w+|com\.datastax\.\w+|\b(?:mapper|document)_parsing_exception\b|\bversion_conflict_engine_exception\b|\bindex_not_found_exception\b|One or more parameter values were invalid: |The conditional request failed",
        &[
            "E11000 duplicate key error collection: api.users index: external_id_1",
            "PrismaClientKnownRequestError: x",
            "(sqlalchemy.exc.IntegrityError) x",
            "mapper_parsing_exception: failed to parse field [external_id]",
            "One or more parameter values were invalid: Type mismatch for key external_id",
        ],
    ),
    trace(
        "a connection to another system that failed",
        &["econnrefused", "enotfound", "etimedout", "dial tcp", "connection refused", "getaddrinfo"],
        r"\bE(?:CONNREFUSED|NOTFOUND|TIMEDOUT) \S|\bdial tcp \S|getaddrinfo \w+ \S|(?:\d{1,3}\.){3}\d{1,3}:\d+: (?:connect: )?connection refused",
        &["connect ECONNREFUSED 127.0.0.1:5432", "dial tcp 10.0.0.5:5432: connect: connection refused"],
    ),
    trace(
        "a connection string",
        &[
            "postgres",
            "mysql:",
            "mariadb:",
            "mongodb",
            "redis:",
            "rediss:",
            "amqp",
            "jdbc:",
            "sqlserver:",
            "clickhouse:",
            "password=",
            "pwd=",
            "database_url",
            "secret_access_key",
        ],
        r"(?i)\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|sqlserver|clickhouse)://[^\s]+|\bjdbc:\w+:[^\s]+|;\s*(?:password|pwd)=[^;\s]+|\b(?:DATABASE_URL|AWS_SECRET_ACCESS_KEY)\s*=\s*\S+",
        &[
            "postgres://api:s3cret@db.internal:5432/users",
            "mongodb+srv://api:pw@cluster0.example.net",
            "jdbc:postgresql://db:5432/users",
            "Server=db;User Id=api;Password=s3cret;",
            "redis://cache:6379",
        ],
    ),
    // Paths.
    path(
        &["home", "users", "root"],
        r#"(?:^|[\s"'`(=\[:,>])/(?:home|root)/[\w.@-]+/[\w./@-]+|(?:^|[\s"'`(=\[:,>])/Users/[\w.-]+/(?:[\w.@-]+/)*[\w@-]+\.\w+|\b[A-Za-z]:\\+Users\\+[^\\\s]+\\+"#,
        &["could not open /home/deploy/api/users.db", "C:\\Users\\deploy\\api\\users.db", "at /Users/ada/api/main.py"],
    ),
    path(
        &[
            "usr",
            "var",
            "srv",
            "opt",
            "etc",
            "tmp",
            "app",
            "node_modules",
            "site-packages",
            "inetpub",
            "program files",
            "windows",
        ],
        r#"(?:^|[\s"'`(=\[:,>])/(?:usr/(?:src|lib|local|share)|var/(?:www|lib|task|run|log|app)|srv|opt|etc|tmp)/[\w.@-]+[\w./@-]*|(?:^|[\s"'`(=\[:,>])/(?:app|workspace|code)/(?:[\w.@-]+/)*[\w.@-]+\.(?:js|ts|py|rb|php|go|java|ex|cs|rs|db|sqlite3?)\b|[\w.-]*/?(?:node_modules|site-packages|dist-packages)/[\w@.-]+|\b[A-Za-z]:\\+(?:inetpub|Program Files|Windows|src|app)\\+"#,
        &[
            "/usr/src/app/src/users.ts",
            "unable to open /var/www/html/data.db",
            "C:\\inetpub\\wwwroot\\api\\web.config",
            "from /app/users/service.py",
            "(/x/node_modules/express/lib/router)",
        ],
    ),
    // Keys.
    trace(
        "a password hash",
        &["$2a$", "$2b$", "$2y$", "$argon2", "$scrypt", "pbkdf2", "$5$", "$6$"],
        r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{20,}|\$argon2(?:id|i|d)\$v=|\$scrypt\$|\bpbkdf2[_:]sha\d+\$\d+\$|\$[56]\$(?:rounds=\d+\$)?[./A-Za-z0-9]{4,16}\$[./A-Za-z0-9]{40,}",
        &[
            "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$x",
            "pbkdf2_sha256$600000$salt$x",
        ],
    ),
    trace(
        "a private key",
        &["-----begin"],
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY",
        &["-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----"],
    ),
    trace(
        "a setting of the server",
        &["password=", "passwd=", "secret=", "_token=", "_key=", "credentials="],
        r"\b[A-Z][A-Z0-9]*_(?:[A-Z0-9]+_)*(?:PASSWORD|PASSWD|SECRET|TOKEN|KEY|CREDENTIALS)=[^\s=]+",
        &["DATABASE_PASSWORD=hunter2 is not valid", "JWT_SECRET=abc"],
    ),
    of_errors(
        "a token",
        &["eyj"],
        r"\beyJ[\w-]{8,}\.eyJ[\w-]{4,}\.[\w-]{16,}",
        &["session eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N is stale"],
    ),
    trace(
        "a key of a cloud",
        &["akia", "aiza", "ghp_", "xoxb-", "sk_live_"],
        r"\bAKIA[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}|\bghp_\w{36}|\bxoxb-\d+-|\bsk_live_\w{16,}",
        &["AKIAIOSFODNN7EXAMPLE"],
    ),
];
