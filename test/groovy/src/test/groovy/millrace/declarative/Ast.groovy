package millrace.declarative

import groovy.transform.CompileStatic
import org.codehaus.groovy.ast.ASTNode
import org.codehaus.groovy.ast.ModuleNode
import org.codehaus.groovy.ast.expr.*
import org.codehaus.groovy.ast.stmt.BlockStatement
import org.codehaus.groovy.ast.stmt.ExpressionStatement
import org.codehaus.groovy.ast.stmt.ReturnStatement
import org.codehaus.groovy.ast.stmt.Statement
import org.codehaus.groovy.control.CompilationUnit
import org.codehaus.groovy.control.CompilerConfiguration
import org.codehaus.groovy.control.MultipleCompilationErrorsException
import org.codehaus.groovy.control.Phases
import org.codehaus.groovy.control.messages.SyntaxErrorMessage

/** Groovy 2.4's syntax tree of a text, as Jenkins' own validators see it: after the CONVERSION phase. */
@CompileStatic
class Ast {
    /** The text does not parse; each entry reads `message @ line L, column C.` */
    static class SyntaxErrors extends Exception {
        final List<String> errors
        SyntaxErrors(List<String> errors) {
            super(errors.join('\n'))
            this.errors = errors
        }
    }

    static ModuleNode parse(String text, String name = 'WorkflowScript') throws SyntaxErrors {
        CompilationUnit unit = new CompilationUnit(new CompilerConfiguration())
        def source = unit.addSource(name, text)
        try {
            unit.compile(Phases.CONVERSION)
        } catch (MultipleCompilationErrorsException e) {
            throw new SyntaxErrors(e.errorCollector.errors.collect { Object m ->
                m instanceof SyntaxErrorMessage ? ((SyntaxErrorMessage) m).cause.message.trim() : m.toString()
            })
        }
        return source.AST
    }

    static Expression expression(Statement s) {
        s instanceof ExpressionStatement ? ((ExpressionStatement) s).expression :
            s instanceof ReturnStatement ? ((ReturnStatement) s).expression : null
    }

    /** The method call that the statement consists of, or null. */
    static MethodCallExpression call(Statement s) {
        Expression e = expression(s)
        e instanceof MethodCallExpression ? (MethodCallExpression) e : null
    }

    static boolean onThis(MethodCallExpression c) {
        c.implicitThis && c.objectExpression instanceof VariableExpression
    }

    static List<Expression> args(MethodCallExpression c) {
        Expression a = c.arguments
        a instanceof TupleExpression ? ((TupleExpression) a).expressions : [a]
    }

    /** Arguments without the trailing block. */
    static List<Expression> plainArgs(MethodCallExpression c) {
        List<Expression> all = args(c)
        all && all.last() instanceof ClosureExpression ? all.subList(0, all.size() - 1) : all
    }

    static ClosureExpression block(MethodCallExpression c) {
        List<Expression> all = args(c)
        all && all.last() instanceof ClosureExpression ? (ClosureExpression) all.last() : null
    }

    static List<Statement> statements(ClosureExpression c) {
        Statement code = c?.code
        code instanceof BlockStatement ? ((BlockStatement) code).statements : (code ? [code] : []) as List<Statement>
    }

    /** Named arguments of a call by name (in order), or an empty map. */
    static Map<String, Expression> named(MethodCallExpression c) {
        Map<String, Expression> found = [:]
        for (Expression a : plainArgs(c)) {
            if (!(a instanceof MapExpression)) continue
            for (MapEntryExpression e : ((MapExpression) a).mapEntryExpressions) {
                found[(e.keyExpression instanceof ConstantExpression ?
                    ((ConstantExpression) e.keyExpression).value : e.keyExpression.text).toString()] = e.valueExpression
            }
        }
        return found
    }

    /** Arguments that are neither named nor the block. */
    static List<Expression> positional(MethodCallExpression c) {
        plainArgs(c).findAll { !(it instanceof MapExpression) }.toList()
    }

    static boolean isText(Expression e) {
        e instanceof GStringExpression || e instanceof ConstantExpression && ((ConstantExpression) e).value instanceof String
    }

    static Object constant(Expression e) {
        e instanceof ConstantExpression ? ((ConstantExpression) e).value : null
    }

    static String at(ASTNode n) { "@ line ${n.lineNumber}, column ${n.columnNumber}." }
}
