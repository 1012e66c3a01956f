//! What means something in one of the languages that a text may pass through, and must mean nothing here.

use super::{TextClass, class, one_of, smoke, text};

pub(super) const TEXTS: &[TextClass] = &[
    // Single characters.
    smoke("double-quote", |draw| one_of(draw, &["Ada \"Countess\" Lovelace", "\"", "\"\"quoted\"\""])),
    smoke("backslash", |draw| one_of(draw, &["a\\b", "C:\\new\\table", "\\", "\\\\n\\u0041"])),
    class("backtick", |_| "`Ada` ´x´".into()),
    class("mixed-quotes", |_| "'\"`'\"\\'\\\"".into()),
    class("slash", |_| "a/b//c".into()),
    class("plus-and-slash", |_| "a+b/c=d&e?f#g".into()),
    class("brackets", |_| "[a]{b}(c)<d>".into()),
    class("punctuation", |_| "-_.,:;!?@#$^*~|".into()),
    class("at-sign", |_| "@ada #king $1".into()),
    text!("lone-punctuation", "-", ".", "/", "*", "?", "%", "&", ";", "#", "$"),
    class("ellipsis-and-dots", |_| "...Ada...".into()),
    // Escapes of other layers: none may be undone.
    text!("percent", "100% %s %n %20 %00 %zz", "%"),
    text!("percent-encoded", "%41%64%61%20%C3%A9", "Ada%20King"),
    text!("percent-encoded-twice", "%2541%2520%25C3%25A9"),
    class("plus-for-space", |_| "Ada+King".into()),
    smoke("ampersand", |draw| one_of(draw, &["Ada & Co", "AT&T <R&D>"])),
    text!("html-entities", "&eacute;&#233;&#xe9; &amp; &lt;b&gt; &#39;", "Ada &amp; Co"),
    text!("html-entities-twice", "&amp;amp; &amp;lt;b&amp;gt;"),
    class("json-escapes-as-text", |_| "\\u0041\\n\\t\\\"\\ud83d\\ude00".into()),
    class("other-escapes-as-text", |_| "\\x41 \\101 \\0 \\e[31m ^A \\r\\n".into()),
    text!("base64", "QWRhIEtpbmc=", "+/+/=="),
    class("quoted-printable", |_| "=C3=A9=20=3D =?utf-8?Q?=C3=A9?=".into()),
    class("punycode", |_| "xn--bcher-kva".into()),
    // Markup.
    smoke("markup", |draw| one_of(draw, &["<b>Ada</b>", "<script>alert(1)</script>", "<i>x</i> <br/>"])),
    class("less-and-greater", |_| "a < b > c <= d >= e <> f".into()),
    class("html-attribute", |_| "\" onmouseover=\"x()\" a='".into()),
    text!("html-comment", "<!-- Ada -->", "]]> <![CDATA[x]]>"),
    class("html-image", |_| "<img src=x onerror=alert(1)>".into()),
    class("xml-entity", |_| {
        "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///nonexistent\">]><a>&b;</a>".into()
    }),
    class("script-url", |_| "javascript:alert(1)".into()),
    // Queries.
    text!("sql", "Robert'); DROP TABLE users;--", "'; SELECT 1 --"),
    text!("sql-condition", "1 OR 1=1", "' OR '1'='1", "\" or \"\"=\""),
    text!("sql-union", "' UNION SELECT 1,2,3 --", "UNION ALL SELECT NULL"),
    text!("sql-comment", "Ada -- King", "Ada /* x */ King", "a;b--"),
    class("sql-wildcards", |_| "100% _a_ [a-z] LIKE '%".into()),
    class("sql-words", |_| "select insert update delete drop table from where".into()),
    class("json-in-text", |_| "{\"$gt\": \"\"}, [1,2]".into()),
    text!("nosql", "'; return true; var x='", "{\"$where\":\"1\"}", "$ne"),
    class("ldap", |_| "*)(uid=*))(|(uid=*".into()),
    class("xpath", |_| "' or count(/*)=1 or 'a'='b".into()),
    class("graphql", |_| "{ users { id } } __schema".into()),
    // Shells, templates, formats.
    class("shell", |_| "$(id); `id` | cat && ls > /dev/null".into()),
    text!("shell-variable", "$HOME ${PATH} %PATH%", "~ !! $0 $$"),
    class("shell-option", |_| "--help -rf -".into()),
    class("template", |_| "{{7*7}} ${7*7} <%= 7*7 %> #{7*7} {% x %}".into()),
    text!("template-lookup", "${env:HOME} ${java:version}", "{{config}} {{self}}", "#{T(java.lang.Math)}"),
    text!("format-string", "%s%s%s%n%x %1$s {0} {} {name}", "%d %p %*d"),
    class("regular-expression", |_| "^(a+)+$ .* [a-z]{2,} \\d \\1 (?i)x|y".into()),
    class("glob", |_| "*.?[ab]{c,d}**/!".into()),
    class("replacement-string", |_| "$1 $& $` $' $$ \\1 \\0".into()),
    text!("csv-formula", "=1+1", "@SUM(A1:A9)", "+1+1", "-1+1", "=cmd|' /C x'!A0"),
    class("comma-and-semicolon", |_| "a,b;c;\"d\"|e".into()),
    // Paths, addresses, headers.
    class("path", |_| "../../etc/hosts".into()),
    text!("path-windows", "..\\..\\boot.ini", "C:\\con\\nul", "\\\\host\\share"),
    class("path-encoded", |_| "..%2f..%2f %2e%2e/ ..;/ ....//".into()),
    text!("file-url", "file:///etc/hosts", "/dev/null"),
    class("url", |_| "https://example.com/?a=b&c=d#e".into()),
    class("header-like", |_| "Ada; Set-Cookie: a=b; X-Y: z".into()),
    text!("email-like", "ada@example.com", "Ada <ada@example.com>, b@c"),
    text!("address-like", "127.0.0.1", "::1", "localhost:80"),
    // Data formats.
    text!("yaml", "- a: &x *x", "!!str 1 # c", "key: value", "~"),
    class("code", |_| "function(){return 1;} () => {} #include <a.h>".into()),
];
