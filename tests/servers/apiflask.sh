# The example of pets that comes with APIFlask, in its sdist on PyPI.
VERSION=3.1.2

install() {
    cd "$1"
    [ -e example/app.py ] && return
    python3 -m venv venv
    venv/bin/pip install --quiet --disable-pip-version-check "apiflask==$VERSION"
    venv/bin/pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: "apiflask==$VERSION"
    mkdir -p example
    tar xzf "apiflask-$VERSION.tar.gz" --strip-components 3 -C example "apiflask-$VERSION/examples/basic"
}

serve() {
    cd "$1/example" && exec ../venv/bin/flask --app app run --port "$2"
}

document() {
    echo "http://127.0.0.1:$2/openapi.json"
}
