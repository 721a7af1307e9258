// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The portal's pages: files with a list and progress, drafts that save themselves, a look at the letter
// without losing the files. Without this file the same forms are sent by the browser itself.

import { dress, make, start } from './common.js'

const MEGABYTE = 1024 * 1024

function inMegabytes(bytes) {
  return bytes < MEGABYTE / 10 ? 'less than 0.1 MB' : `${(bytes / MEGABYTE).toFixed(1)} MB`
}

/** Shows a problem as the server would: at the top, and at the field. */
function showProblem(form, code, text) {
  document.querySelector('[data-script-problem]')?.remove()
  const summary = make('div', { class: 'govuk-error-summary', tabindex: '-1', 'data-script-problem': true },
    make('div', { role: 'alert' },
      make('h2', { class: 'govuk-error-summary__title' }, 'There is a problem'),
      make('div', { class: 'govuk-error-summary__body' },
        make('ul', { class: 'govuk-list govuk-error-summary__list' },
          make('li', { 'data-test': `msg-${code}` }, make('a', { href: '#file' }, text))))))
  document.getElementById('main-content').prepend(summary)
  summary.focus()
  form.dataset.state = 'ready'
}

// ---- files --------------------------------------------------------------------------------------

function listFiles(form) {
  const input = form.querySelector('input[type=file]')
  if (!input) return () => []
  const chosen = []
  const list = make('ul', { class: 'lb-file-list', 'aria-label': 'Files you chose' })
  const total = make('p', { class: 'lb-quiet', 'aria-live': 'polite' })
  input.after(list, total)

  const draw = () => {
    // The field itself holds the whole list, so that the browser sends it if the script cannot.
    const transfer = new DataTransfer()
    chosen.forEach((file) => transfer.items.add(file))
    input.files = transfer.files
    list.replaceChildren(...chosen.map((file, at) => {
      const remove = make('button', { type: 'button', class: 'lb-link-button', 'data-test': 'file-remove', 'aria-label': `Remove ${file.name}` }, 'Remove')
      remove.addEventListener('click', () => {
        chosen.splice(at, 1)
        draw()
        const next = list.querySelectorAll('button')[Math.min(at, chosen.length - 1)]
        ;(next ?? input).focus()
      })
      return make('li', { 'data-test': 'row-file' }, make('span', {}, `${file.name} (${inMegabytes(file.size)})`), remove)
    }))
    const bytes = chosen.reduce((sum, file) => sum + file.size, 0)
    total.textContent = chosen.length === 0 ? '' :
      `${chosen.length === 1 ? '1 file' : `${chosen.length} files`}, together ${inMegabytes(bytes)}.`
  }

  input.addEventListener('change', () => {
    for (const file of input.files) {
      const known = chosen.some((one) => one.name === file.name && one.size === file.size && one.lastModified === file.lastModified)
      if (!known) chosen.push(file)
    }
    draw()
  })
  return () => chosen
}

function problemWithFiles(form, files) {
  const { maxFile, maxTotal, maxFiles } = form.dataset
  if (files.length > Number(maxFiles)) return `You chose ${files.length} files. Choose ${maxFiles} or fewer.`
  const big = files.find((file) => file.size > Number(maxFile))
  if (big) return `“${big.name}” is ${inMegabytes(big.size)}. Each file can have up to ${inMegabytes(Number(maxFile))}.`
  const empty = files.find((file) => file.size === 0)
  if (empty) return `“${empty.name}” is empty. Remove it, or choose it again.`
  const bytes = files.reduce((sum, file) => sum + file.size, 0)
  if (bytes > Number(maxTotal)) return `Your files have ${inMegabytes(bytes)} together. The most that we can take at once is ${inMegabytes(Number(maxTotal))}. Send some of them with another letter.`
  return null
}

// ---- sending with progress ------------------------------------------------------------------------

function send(form, files) {
  if (form.dataset.state === 'sending') return
  form.dataset.state = 'sending'
  document.querySelector('[data-script-problem]')?.remove()

  const bar = make('progress', { max: '100', value: '0', 'aria-label': 'How much is sent' })
  const words = make('p', { 'aria-live': 'polite', 'data-test': 'upload-state' }, 'Sending…')
  const stop = make('button', { type: 'button', class: 'lb-link-button', 'data-test': 'upload-stop' }, 'Stop')
  const panel = make('div', { class: 'lb-progress' }, words, bar, stop)
  const buttons = form.querySelector('.lb-buttons')
  buttons.hidden = true
  buttons.before(panel)

  const request = new XMLHttpRequest()
  const back = (code, text) => {
    panel.remove()
    buttons.hidden = false
    showProblem(form, code, text)
  }
  let said = 0
  request.upload.addEventListener('progress', (event) => {
    if (!event.lengthComputable) return
    const percent = Math.floor(event.loaded / event.total * 100)
    bar.value = percent
    // A screen reader hears every quarter, not every packet.
    if (percent >= said + 25 && percent < 100) {
      said = percent - percent % 25
      words.textContent = `Sending… ${said} per cent`
    }
  })
  request.upload.addEventListener('load', () => {
    bar.removeAttribute('value')
    words.textContent = 'Locking it away safely…'
  })
  request.addEventListener('load', () => {
    document.dispatchEvent(new CustomEvent('letterbox:alive'))
    const to = new URL(request.responseURL)
    if (request.status === 200 && to.pathname !== new URL(form.action).pathname) {
      location.assign(to)
      return
    }
    // The page with the server's own words about what went wrong.
    const page = new DOMParser().parseFromString(request.responseText, 'text/html')
    document.title = page.title
    document.body.replaceWith(page.body)
    startForms()
    dress(document)
  })
  request.addEventListener('error', () => {
    const bytes = files.reduce((sum, file) => sum + file.size, 0)
    if (bytes > Number(form.dataset.maxTotal)) {
      back('too-big', `The connection was closed, because your files have ${inMegabytes(bytes)} together. The most that we can take at once is ${inMegabytes(Number(form.dataset.maxTotal))}.`)
    } else {
      back('connection-lost', 'The connection was lost. Check that you are online, then send the letter again. If it did reach us, we will not keep it twice.')
    }
  })
  request.addEventListener('abort', () => back('upload-stopped', 'You stopped it. The letter is not sent.'))
  stop.addEventListener('click', () => request.abort())
  request.open('POST', form.action)
  // FormData keeps the form's order: the csrf field stays the first part.
  request.send(new FormData(form))
}

// ---- drafts that save themselves --------------------------------------------------------------------

const SAVE_AFTER_MS = 20000

function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function keepDraft(form) {
  const text = form.elements.namedItem('text')
  const state = form.querySelector('[data-draft-state]')
  let saved = text.value
  let timer = null
  let saving = false

  const save = async () => {
    clearTimeout(timer)
    timer = null
    if (saving || text.value === saved || text.value.trim() === '' || form.dataset.state === 'sending') return
    saving = true
    const now = text.value
    const body = new URLSearchParams()
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string') body.append(name, name === 'once' ? randomKey() : value)
    }
    try {
      const answer = await fetch('/drafts', { method: 'POST', body, headers: { 'X-Requested-With': 'fetch' } })
      const match = /^\/drafts\/([0-9a-z]+)$/.exec(new URL(answer.url).pathname)
      if (!answer.ok || !match) throw new Error('draft not saved')
      form.elements.namedItem('draft').value = match[1]
      saved = now
      state.textContent = `Draft saved at ${new Date().toLocaleTimeString('en-GB', { hour: 'numeric', minute: '2-digit', hour12: true }).replace(' ', '')}.`
      document.dispatchEvent(new CustomEvent('letterbox:alive'))
    } catch {
      state.textContent = 'We could not save your draft just now. Your words are still here.'
    } finally {
      saving = false
    }
  }

  text.addEventListener('input', () => { timer ??= setTimeout(save, SAVE_AFTER_MS) })
  document.addEventListener('visibilitychange', () => { if (document.hidden) save() })
  document.addEventListener('letterbox:session-soon', save)
}

// ---- a look at the letter, with its files kept --------------------------------------------------------

function previewHere(form, files) {
  document.querySelector('[data-script-preview]')?.remove()
  const text = form.elements.namedItem('text').value
  const title = make('h2', { class: 'govuk-heading-m', tabindex: '-1' }, 'Your letter so far')
  const close = make('button', { type: 'button', class: 'lb-link-button', 'data-test': 'preview-close' }, 'Close')
  const view = make('section', { 'data-script-preview': true },
    title,
    text.trim() === '' ? make('p', {}, 'You have not typed anything.') : make('div', { class: 'lb-letter' }, text),
    make('p', {}, `With it: ${files.map((file) => file.name).join(', ')}.`),
    close)
  close.addEventListener('click', () => { view.remove(); form.elements.namedItem('text').focus() })
  form.querySelector('.lb-buttons').before(view)
  title.focus()
}

function startForms() {
  for (const form of document.querySelectorAll('form[data-upload]')) {
    const files = listFiles(form)
    if (form.hasAttribute('data-letter')) keepDraft(form)
    form.addEventListener('submit', (event) => {
      const action = event.submitter?.getAttribute('formaction')
      if (action === '/letters/preview' && files().length > 0) {
        event.preventDefault()
        previewHere(form, files())
      } else if (!action) {
        event.preventDefault()
        const problem = problemWithFiles(form, files())
        if (problem) showProblem(form, 'too-big', problem)
        else send(form, files())
      }
    })
  }
}

start()
startForms()
